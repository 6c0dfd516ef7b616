/** What the demo reads from a mail in the Maildir. */

export interface DeliveredMessage {
  /** User name of the recipient that the sender gave: the name of the batch. */
  readonly recipient: string;
  /** The Message-ID's part before the `@`: the planned mail's id. */
  readonly planned: string;
  /** Address of the client that Postfix took the mail from. */
  readonly client: string;
  /** Every X-SpamFlow header, unfolded, in the order of the mail. */
  readonly spamFlow: readonly string[];
}

interface HeaderField {
  readonly name: string;
  readonly value: string;
}

/** Reads a message whose lines end in LF. A header that is missing is an Error. */
export function readDelivered(text: string): DeliveredMessage {
  const fields = headerFields(text);
  return {
    recipient: partOf(fields, "X-Original-To", /^(.*)@/),
    planned: partOf(fields, "Message-ID", /^<(.*)@/),
    client: partOf(fields, "Received", /\[(?:IPv6:)?([0-9a-fA-F.:]+)\]/),
    spamFlow: valuesOf(fields, "X-SpamFlow"),
  };
}

/** The score of an X-SpamFlow header; null when it has none. */
export function scoreOf(header: string): number | null {
  const score = /\sscore=([01]\.\d{3})(?:\s|$)/.exec(header)?.[1];
  return score === undefined ? null : Number(score);
}

function headerFields(text: string): readonly HeaderField[] {
  const [head = ""] = text.split("\n\n", 1);
  const unfolded = head.replaceAll(/\n[ \t]+/g, " ");
  return unfolded.split("\n").map((line) => {
    const colon = line.indexOf(":");
    return { name: line.slice(0, colon).toLowerCase(), value: line.slice(colon + 1).trim() };
  });
}

function valuesOf(fields: readonly HeaderField[], name: string): string[] {
  const wanted = name.toLowerCase();
  return fields.filter((field) => field.name === wanted).map(({ value }) => value);
}

function partOf(fields: readonly HeaderField[], name: string, pattern: RegExp): string {
  const part = pattern.exec(valuesOf(fields, name)[0] ?? "")?.[1];
  if (part === undefined) throw new Error(`a delivered mail has no ${name} as Postfix writes it`);
  return part;
}
