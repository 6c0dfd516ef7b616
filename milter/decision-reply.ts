import { MilterAnswerError } from "./errors.ts";
import type { Decision } from "./filter.ts";
import { formatReply } from "./reply-text.ts";
import type { EventName } from "./wire/commands.ts";
import type { FinalReply } from "./wire/replies.ts";

/** Where a decision is made: at an event, or at the end of the message. */
export type DecisionPoint = EventName | "endOfMessage";

export interface DecisionContext {
  readonly point: DecisionPoint;
  /** SMFIP_SKIP was agreed on; where it was not, a skip becomes a continue. */
  readonly canSkip: boolean;
}

type ReplyMaker<D> = (decision: D, context: DecisionContext) => FinalReply;

const BEFORE_MESSAGES: ReadonlySet<DecisionPoint> = new Set<DecisionPoint>(["connect", "helo"]);

function discard(decision: { readonly kind: "discard" }, { point }: DecisionContext): FinalReply {
  if (BEFORE_MESSAGES.has(point)) throw new MilterAnswerError(`discard is not for ${point}`);
  return decision;
}

function skip(decision: { readonly kind: "skip" }, context: DecisionContext): FinalReply {
  if (context.point !== "header" && context.point !== "body") {
    throw new MilterAnswerError(`skip is not for ${context.point}`);
  }
  return context.canSkip ? decision : { kind: "continue" };
}

const REPLIES: { readonly [K in Decision["kind"]]: ReplyMaker<Extract<Decision, { kind: K }>> } = {
  continue: (decision) => decision,
  accept: (decision) => decision,
  reject: (decision) => decision,
  tempfail: (decision) => decision,
  shutdown: (decision) => decision,
  discard,
  skip,
  reply: (decision) => ({ kind: "reply-code", text: formatReply(decision) }),
};

/** The reply that says this decision. Throws MilterAnswerError where the MTA would not understand it. */
export function replyFor(decision: Decision, context: DecisionContext): FinalReply {
  // The types promise a decision, a filter in plain JavaScript does not.
  const kind = (decision as Partial<Decision> | null | undefined)?.kind;
  if (kind === undefined || !Object.hasOwn(REPLIES, kind)) {
    throw new MilterAnswerError(`the answer to ${context.point} is no decision`);
  }
  const reply = REPLIES[kind] as ReplyMaker<Decision>;
  return reply(decision, context);
}

const REFUSALS: ReadonlySet<Decision["kind"]> = new Set<Decision["kind"]>([
  "reject",
  "tempfail",
  "reply",
  "shutdown",
]);

/** True when the message is over for this milter after this decision. A refused recipient is not a refused message. */
export function endsMessage(decision: Decision, point: DecisionPoint): boolean {
  if (point === "unknown" || BEFORE_MESSAGES.has(point)) return false;
  if (decision.kind === "accept" || decision.kind === "discard") return true;
  return REFUSALS.has(decision.kind) && point !== "rcpt";
}
