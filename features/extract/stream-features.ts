import { hops, pieceVariance, ratio, seconds, yesOrNo } from "./measures.ts";
import { NEVER } from "./side-feature.ts";
import type { SideFeature } from "./side-feature.ts";

const OURS = "not reported of mail before";
const OLD = "examples of before it was kept";
const NO_SYN = `the client's SYN, or its options, were not captured`;
const PIECES_UNKNOWN = `a SYN or its options were not captured; ${OLD}`;
const FINGERPRINT = "ICSI, fngr_wss and fngr_ttl; p0f, whose rules these values feed";
const SEGMENTATION = "Virus Bulletin 2014, on how bots cut what they send";

/** Further features of each side. */
export const STREAM_FEATURES: readonly SideFeature[] = [
  {
    name: "payload_bytes",
    unit: "bytes",
    meaning: "Payload of that side, repeats included.",
    absent: NEVER,
    source: "ICSI, bytecount (the client's, without repeats)",
    of: (side) => side.payloadBytes,
  },
  {
    name: "unique_bytes",
    unit: "bytes",
    meaning:
      "Payload of that side, each sequence number once, that of zero-window probes left out.",
    absent: NEVER,
    source: "ICSI, bytecount (the client's)",
    of: (side) => side.uniqueBytes,
  },
  {
    name: "duplicate_acks",
    unit: "count",
    meaning:
      "Segments without payload, SYN, FIN and RST that repeat the window and the acknowledgment of that side's segment before, with nothing sent since, answers to keep-alives excepted (Wireshark's rule): something the other side sent was lost or overtaken.",
    absent: OLD,
    source: OURS,
    of: (side) => side.duplicateAcknowledgments ?? null,
  },
  {
    name: "syn_retransmissions",
    unit: "count",
    meaning: "Repeats of that side's SYN or SYN-ACK.",
    absent: NEVER,
    source: "LISA 2011 talk, slide 11, as connections in SYN_RECV",
    of: (side) => Math.max(0, side.syns - 1),
  },
  {
    name: "mss_segments",
    unit: "count",
    meaning:
      "Segments with payload as they went over the wire: what a network card merged (GRO) or was left to cut (TSO) counts as its full segments and the rest. A full segment carries the smaller maximum segment size of both SYNs, less 12 bytes where both offer timestamps.",
    absent: PIECES_UNKNOWN,
    source: OURS,
    of: (side, { fullPayloadBytes }) => known(side.pieces?.count, fullPayloadBytes),
  },
];

/** How the client cuts its data into segments, and how long it thinks. */
export const SEGMENTATION_FEATURES: readonly SideFeature[] = [
  {
    name: "first_data",
    unit: "bytes",
    meaning: "Payload of the first segment that carries any.",
    absent: `no payload; ${OLD}`,
    source: SEGMENTATION,
    of: (side) => side.firstDataBytes ?? null,
  },
  {
    name: "full_share",
    unit: "share",
    meaning: "Share of full segments among those that `mss_segments` counts.",
    absent: `no payload; ${PIECES_UNKNOWN}`,
    source: SEGMENTATION,
    of: ({ pieces }, { fullPayloadBytes }) =>
      ratio(known(pieces?.full, fullPayloadBytes), known(pieces?.count, fullPayloadBytes)),
  },
  {
    name: "size_variance",
    unit: "bytes²",
    meaning: "Population variance of the lengths of the segments that `mss_segments` counts.",
    absent: `no payload; ${PIECES_UNKNOWN}`,
    source: SEGMENTATION,
    of: (side, { fullPayloadBytes }) =>
      side.pieces === undefined || known(0, fullPayloadBytes) === null
        ? null
        : pieceVariance(side.pieces, side.payloadBytes),
  },
  {
    name: "push_spacing",
    unit: "bytes",
    meaning: "Mean payload from one segment with PSH to the next: what the sender wrote at a time.",
    absent: `no segment with payload has PSH; ${OLD}`,
    source: SEGMENTATION,
    of: ({ payloadBytes, pushes }) => ratio(payloadBytes, pushes ?? null),
  },
  {
    name: "think_mean",
    unit: "seconds",
    meaning:
      "Mean time from the server's last new payload to the client's new payload after it: one round trip and what the client itself took. The time that the mail server, its filters and its greeting took is in none of it.",
    absent: `the client answered nothing; ${OLD}`,
    source: OURS,
    of: ({ thoughts }) =>
      thoughts === undefined || thoughts.count === 0 ? null : seconds(thoughts.meanNanoseconds),
  },
  {
    name: "think_max",
    unit: "seconds",
    meaning: "The longest of these times.",
    absent: `the client answered nothing; ${OLD}`,
    source: OURS,
    of: ({ thoughts }) => seconds(thoughts?.maxNanoseconds ?? null),
  },
];

/** The fingerprint of the client's first SYN. */
export const SYN_FEATURES: readonly SideFeature[] = [
  {
    name: "syn_window",
    unit: "bytes",
    meaning: "Window of the SYN, which is never scaled.",
    absent: `the SYN was not captured; ${OLD}`,
    source: FINGERPRINT,
    of: (side) => side.synWindow ?? null,
  },
  {
    name: "mss",
    unit: "bytes",
    meaning: "Maximum segment size that the SYN announces.",
    absent: `the SYN lacks the option; ${NO_SYN}`,
    source: FINGERPRINT,
    of: (side) => side.maximumSegmentSize,
  },
  {
    name: "window_scale",
    unit: "bits",
    meaning: "Shift of the window scale option, as sent.",
    absent: `the SYN lacks the option; ${NO_SYN}; ${OLD}`,
    source: FINGERPRINT,
    of: (side) => side.windowScale ?? null,
  },
  {
    name: "sack_permitted",
    unit: "yes or no",
    meaning: "Whether the SYN permits selective acknowledgments.",
    absent: NO_SYN,
    source: FINGERPRINT,
    of: (side) => yesOrNo(side.sackPermitted),
  },
  {
    name: "timestamps",
    unit: "yes or no",
    meaning: "Whether the SYN offers timestamps.",
    absent: NO_SYN,
    source: FINGERPRINT,
    of: (side) => yesOrNo(side.timestamps),
  },
  {
    name: "option_order",
    unit: "code",
    meaning:
      "The kinds of the SYN's options in their order as decimal digits, NOP 1, MSS 2, scale 3, SACK 4, timestamps 8, end 0, others 9: 24813 is Linux. A code, not a quantity.",
    absent: `${NO_SYN}; ${OLD}`,
    source: FINGERPRINT,
    of: (side) => side.optionOrder ?? null,
  },
  {
    name: "ttl",
    unit: "hops",
    meaning: "TTL or hop limit of the first segment.",
    absent: "the client was silent",
    source: FINGERPRINT,
    of: (side) => side.hopLimit,
  },
  {
    name: "hops",
    unit: "hops",
    meaning:
      "Hops on the way, guessed: by how much the TTL is below the next of 32, 64, 128 and 255.",
    absent: "the client was silent",
    source: FINGERPRINT,
    of: (side) => hops(side.hopLimit),
  },
];

/** What was counted in full segments, where it is known what a full segment is. */
function known(
  count: number | undefined,
  fullPayloadBytes: number | null | undefined,
): number | null {
  return fullPayloadBytes === null || fullPayloadBytes === undefined ? null : (count ?? null);
}
