import {
  extractedFlow,
  type Endpoint,
  type ExtractedFlow,
  type FlowRecord,
} from "../features/index.ts";
import { isSpam, type Action } from "./header.ts";
import type { Judgement } from "./judgement.ts";

/** Version of the shape of a kept mail and of an example made from it. */
export const RECORD_SCHEMA = 1;

/** What is kept of a mail besides its flow; snake_case as in the HTTP interface. */
export interface MailFacts {
  /** 12 lower-case hex digits: the `id=` of the header, the key for later verdicts. */
  readonly id: string;
  /** Epoch seconds of the decision. */
  readonly time: number;
  readonly queue_id: string;
  /** Without the outer angle brackets; null where the mail has none. */
  readonly message_id: string | null;
  readonly client: Endpoint | null;
  /** The host that took the mail: round-trip times are those seen from there. */
  readonly host: string;
}

/** One kept mail: facts, judgement and the flow object as `extract` prints it, with the raw flow record. */
export type MailRecord = MailFacts & {
  readonly schema: typeof RECORD_SCHEMA;
  readonly verdict: "Yes" | "No" | "Unknown";
  readonly score: number | null;
  readonly required: number | null;
  readonly model: string | null;
  readonly reason: string | null;
  readonly action: Action;
  readonly packets: number | null;
  readonly record: FlowRecord | null;
} & Partial<Omit<ExtractedFlow, "client">>;

/** Segments of both sides. */
export function packetsOf(record: FlowRecord): number {
  return record.clientSide.packets + record.serverSide.packets;
}

function outcome(
  judgement: Judgement,
): Pick<MailRecord, "verdict" | "score" | "required" | "model" | "reason"> {
  if (judgement.kind === "unknown") {
    const none = { score: null, required: null, model: null };
    return { verdict: "Unknown", ...none, reason: judgement.reason };
  }
  const { score, required, model } = judgement;
  return { verdict: isSpam(score, required) ? "Yes" : "No", score, required, model, reason: null };
}

/** The record that is kept of a mail. */
export function mailRecord(facts: MailFacts, judgement: Judgement, action: Action): MailRecord {
  const { record } = judgement;
  const flow = record === undefined ? {} : extractedFlow(record);
  const packets = record === undefined ? null : packetsOf(record);
  return {
    ...facts,
    schema: RECORD_SCHEMA,
    ...outcome(judgement),
    action,
    packets,
    ...flow,
    record: record ?? null,
  };
}
