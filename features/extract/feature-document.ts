import type { Feature } from "./feature.ts";
import { FEATURES, PAPER_FEATURES } from "./feature-table.ts";

const INTRODUCTION = `# Features

This page is made from the feature table in \`features/extract/feature-table.ts\`; a test fails when the two differ.

SpamFlow looks at how the TCP connection behaved that brought a mail, never at the mail. The twenty features of the
first table are those of the families that the SpamFlow papers name: *Exploiting Transport-Level Characteristics of Spam* (Beverly and Sollins, CEAS
2008) and *Auto-learning of SMTP TCP Transport-Layer Features for Spam and Abusive Message Detection* (Kakavelakis, Beverly and
Young, LISA 2011). The papers' own table of twenty could not be found: this list is **reconstructed** from the talk at LISA
2011 and from the notes to the data set that ICSI made with the SpamFlow tool in 2009. Where our definition differs from
theirs, the row says so.

The *client* is the SMTP client: the sender of the first SYN without ACK; where none was captured, the target of the first
SYN-ACK; where neither was, the end that is not at one of the mail server's ports that were asked for, or the sender of
the first segment. The *server* is the mail server. A *segment* is one captured TCP
packet, and each one counts, in the order of the capture. Everything is measured where the packets are captured.

**Absent is not zero.** What could not be observed is \`null\` in JSON, and learners treat it as missing.`;

const RULES = `## Which packets belong to a flow

The two addresses and ports are the key, those of the innermost IP header; VLAN tags are not part of it. A SYN without ACK
whose sequence number is not the one that its side began with starts a new flow. Nothing else does: neither silence nor a
FIN nor a repeated SYN. In capture files there is no time-out; live, a flow is forgotten after long silence.

Sequence numbers are compared modulo 2^32. What was seen of a side is kept as a set of intervals, so "seen before" means
exactly that, and not "below the highest". Differences of times are taken in whole nanoseconds. Where the clock ran backwards
a difference counts as 0.

## Up to where a flow counts: the cut

All features are cumulative from the SYN on. Where they end depends on what is asked for:

| cut | ends with |
|---|---|
| \`connection\` | the last captured segment of the flow |
| \`end-of-data\` | the client segment whose bytes complete the content of the message: CRLF.CRLF after an accepted DATA, or the last octet of BDAT LAST. Where segments were overtaken it is the one that fills the hole |
| \`decision\` | live: the last client segment with new payload that had been captured when the mail server asked at the end of the message |
| \`flow-end\` | the end of the flow, where the client's bytes cannot be read: encrypted after STARTTLS, or left out of the capture |

Later packets do not count, neither the server's reply nor the client's QUIT. \`end-of-data\` and \`decision\` name the same segment
unless the client sends more before it has heard the reply to its message. A mail after another one in the same connection
has the packets of both.

In capture files the end of a message is found by following the SMTP dialogue: replies are matched to commands, content
that was refused beforehand is none, and where only the client's side was captured DATA counts as accepted. Content that was
begun and not completed is no message; nor is content that ends with bare line feeds around its dot, which some servers take
for the end and RFC 5321 does not.

## When a flow is complete

\`complete\` is true when the client's SYN and the server's SYN-ACK were captured, neither side acknowledged anything that was
not captured from the other, and the capture reported no loss of packets while the connection was open. Mails whose flow is
not complete are neither scored nor learnt from.`;

const HEADING = ["| name | unit | meaning | absent | known from |", "|---|---|---|---|---|"];

/** The text of docs/features.md, made from the feature table. */
export function featureDocument(): string {
  const further = FEATURES.filter((feature) => !PAPER_FEATURES.includes(feature));
  return [
    INTRODUCTION,
    `## The twenty\n\n${table(PAPER_FEATURES)}`,
    `## Beyond the papers\n\n${table(further)}`,
    `${RULES}\n`,
  ].join("\n\n");
}

function table(features: readonly Feature[]): string {
  return [...HEADING, ...features.map(featureRow)].join("\n");
}

function featureRow({ name, unit, meaning, absent, source }: Feature): string {
  return `| \`${name}\` | ${unit} | ${meaning} | ${absent} | ${source} |`;
}
