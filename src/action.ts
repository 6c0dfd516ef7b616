import { isSpam, type Action } from "./header.ts";
import type { Judgement } from "./judgement.ts";

export type Mode = "observe" | "tag" | "enforce";

export interface ActionPolicy {
  readonly mode: Mode;
  readonly rejectAbove: number;
  /** Undefined: nothing is deferred. */
  readonly deferAbove: number | undefined;
  /** Share, 0 … 1, of the mails to be refused that is let through tagged, so that the teachers still see such mail. */
  readonly letThrough: number;
}

export interface Resolution {
  readonly action: Action;
  /** What mode `enforce` would have done, where the mode did less. */
  readonly would: Action | undefined;
}

/** What the score calls for, whatever the mode. */
function wanted(score: number, required: number, policy: ActionPolicy): Action {
  if (score >= policy.rejectAbove) return "reject";
  if (policy.deferAbove !== undefined && score >= policy.deferAbove) return "defer";
  return isSpam(score, required) ? "tag" : "none";
}

/**
 * What happens to a mail. `random` is a number from 0 up to 1, drawn anew for each mail; it decides which mails
 * are let through in mode `enforce`.
 */
export function resolveAction(
  judgement: Judgement,
  policy: ActionPolicy,
  random: number,
): Resolution {
  if (judgement.kind === "unknown") return { action: "none", would: undefined };
  const { score, required } = judgement;
  const full = wanted(score, required, policy);
  const refuses = full === "reject" || full === "defer";
  const allowed = allowedAction(full, { refuses, spam: isSpam(score, required), policy, random });
  return { action: allowed, would: allowed === full ? undefined : full };
}

function allowedAction(
  full: Action,
  facts: {
    readonly refuses: boolean;
    readonly spam: boolean;
    readonly policy: ActionPolicy;
    readonly random: number;
  },
): Action {
  const { refuses, spam, policy, random } = facts;
  if (policy.mode === "observe") return "none";
  if (!refuses) return full;
  if (policy.mode === "enforce" && random >= policy.letThrough) return full;
  return spam ? "tag" : "none";
}
