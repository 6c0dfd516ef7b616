import { holdOut, holdOutSenders, type HeldOut } from "./hold-out.ts";
import type { FitOptions, Learner } from "./learners/learner.ts";
import { bootstrapIntervals, type Intervals } from "./metrics/bootstrap.ts";
import { measure, type Metrics } from "./metrics/measure.ts";
import { spamCount, type Table } from "./table.ts";

/** Probability from which the evaluation calls a mail spam; the ranking figures do not depend on it. */
const DECISION_THRESHOLD = 0.5;

export interface Evaluation {
  /**
   * - `held-out`: learnt from the earlier rows, judged on the later ones;
   * - `in-sample`: too few rows for that, so judged on the very rows that were learnt from, which flatters.
   */
  readonly kind: "held-out" | "in-sample";
  /** Why the rows could not be held out; null where they were. */
  readonly reason: string | null;
  readonly learntFrom: number;
  readonly judged: number;
  /** How many of the judged are spam. The figures stand for this share, the site's own: nothing is balanced. */
  readonly judgedSpam: number;
  /** Probability from which accuracy, precision and recall call a mail spam. */
  readonly threshold: number;
  readonly metrics: Metrics;
  /** Bootstrap over senders, 95 %; null in the models of versions that had none. */
  readonly intervals: Intervals | null;
  /** The same figures of a constant: the share of spam in the rows learnt from, whatever the mail. */
  readonly baseline: Metrics;
  /** The same rows judged by what was learnt from other senders alone; null where senders are not known. */
  readonly unseenSenders: UnseenSenders | null;
}

/** What is left where each sender of the judged rows is new; `reason` says why it could not be found out. */
export type UnseenSenders =
  | { readonly kind: "judged"; readonly learntFrom: number; readonly metrics: Metrics }
  | { readonly kind: "not-judged"; readonly reason: string };

/** Holds out the newest rows and takes the figures of how they were judged. */
export function evaluate(table: Table, learner: Learner, options: FitOptions): Evaluation {
  return figuresOf(holdOut(table, learner, options), learner, options);
}

/** The figures of rows that were held out before. */
export function figuresOf(heldOut: HeldOut, learner: Learner, options: FitOptions): Evaluation {
  const { learnt, judged, scored, reason } = heldOut;
  const constant = judged.labels.length === 0 ? 0 : spamCount(learnt.labels) / learnt.rows;
  const always = new Float64Array(judged.rows).fill(constant);
  return {
    kind: reason === null ? "held-out" : "in-sample",
    reason,
    learntFrom: learnt.rows,
    judged: judged.rows,
    judgedSpam: spamCount(judged.labels),
    threshold: DECISION_THRESHOLD,
    metrics: measure(scored, DECISION_THRESHOLD),
    intervals: intervalsOf(heldOut, options.seed),
    baseline: measure({ labels: judged.labels, probabilities: always }, DECISION_THRESHOLD),
    unseenSenders: unseenSenders(heldOut, learner, options),
  };
}

function intervalsOf({ judged, scored }: HeldOut, seed: number): Intervals {
  const { groups } = judged;
  return bootstrapIntervals(scored, { groups, threshold: DECISION_THRESHOLD, seed });
}

function unseenSenders(
  heldOut: HeldOut,
  learner: Learner,
  options: FitOptions,
): UnseenSenders | null {
  if (heldOut.judged.groups === undefined) return null;
  const others = holdOutSenders(heldOut, learner, options);
  if (typeof others === "string") return { kind: "not-judged", reason: others };
  const metrics = measure(others.scored, DECISION_THRESHOLD);
  return { kind: "judged", learntFrom: others.learnt.rows, metrics };
}
