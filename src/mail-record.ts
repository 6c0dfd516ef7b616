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

/** The flow object of a record; its features are made once, though both the score and the kept mail need them. */
function flowOf(judgement: Judgement): Partial<ExtractedFlow> {
  const { record } = judgement;
  if (record === undefined) return {};
  if (judgement.kind === "unknown") return extractedFlow(record);
  const { client, server, started, ended, complete } = record;
  return { client, server, started, ended, complete, features: judgement.features };
}

/** The record that is kept of a mail. */
export function mailRecord(facts: MailFacts, judgement: Judgement, action: Action): MailRecord {
  const { record } = judgement;
  const { verdict, score, required, model, reason } = outcome(judgement);
  // Written out member by member: one spread of each part costs more than the rest of the answer to a mail.
  return {
    id: facts.id,
    time: facts.time,
    queue_id: facts.queue_id,
    message_id: facts.message_id,
    client: facts.client,
    host: facts.host,
    schema: RECORD_SCHEMA,
    verdict,
    score,
    required,
    model,
    reason,
    action,
    packets: record === undefined ? null : packetsOf(record),
    ...flowOf(judgement),
    record: record ?? null,
  };
}
