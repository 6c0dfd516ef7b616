/** The demo's result: one row per mail of the second batch, the confusion matrix, and the figures made from it. */
import { classOf, type FlowObject, type HostClasses } from "./flow-objects.ts";
import type { HostClass } from "./host-kinds.ts";

export type Verdict = "Yes" | "No" | "Unknown";

export interface OutcomeRow {
  readonly client: string;
  readonly hostClass: HostClass;
  /** SYN-ACK to ACK, in seconds; null when it was not seen. */
  readonly handshakeSeconds: number | null;
  /** The client's segments that were retransmitted or came out of order. */
  readonly disturbed: number;
  readonly score: number | null;
  readonly verdict: Verdict;
}

/** Mails by their class and what SpamFlow said of them. */
export interface ConfusionMatrix {
  readonly spamFound: number;
  readonly spamMissed: number;
  readonly hamAccused: number;
  readonly hamPassed: number;
  /** Mails without a score; they count in none of the figures. */
  readonly unknown: number;
}

export interface OutcomeFigures {
  readonly accuracy: number;
  readonly precision: number;
  readonly recall: number;
}

/** What the mail's X-SpamFlow header says. */
export interface JudgedHeader {
  readonly verdict: Verdict;
  readonly score: number | null;
}

/** The row of a mail; its client must be one of the demo's hosts. */
export function outcomeRow(
  flow: FlowObject,
  classes: HostClasses,
  { verdict, score }: JudgedHeader,
): OutcomeRow {
  const { address, port } = flow.client;
  const count = (name: string): number => flow.features?.[name] ?? 0;
  return {
    client: address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`,
    hostClass: classOf(flow, classes),
    handshakeSeconds: flow.features?.["handshake_rtt"] ?? null,
    disturbed: count("client_retransmissions") + count("client_out_of_order"),
    score,
    verdict,
  };
}

export function confusionMatrix(rows: readonly OutcomeRow[]): ConfusionMatrix {
  const count = (hostClass: HostClass, verdict: Verdict): number =>
    rows.filter((row) => row.hostClass === hostClass && row.verdict === verdict).length;
  return {
    spamFound: count("spam", "Yes"),
    spamMissed: count("spam", "No"),
    hamAccused: count("ham", "Yes"),
    hamPassed: count("ham", "No"),
    unknown: rows.filter(({ verdict }) => verdict === "Unknown").length,
  };
}

/** Shares of the scored mails; NaN where there is nothing to take a share of. */
export function outcomeFigures(matrix: ConfusionMatrix): OutcomeFigures {
  const { spamFound, spamMissed, hamAccused, hamPassed } = matrix;
  const scored = spamFound + spamMissed + hamAccused + hamPassed;
  return {
    accuracy: (spamFound + hamPassed) / scored,
    precision: spamFound / (spamFound + hamAccused),
    recall: spamFound / (spamFound + spamMissed),
  };
}
