import type { FitOptions, Learner } from "./learners/learner.ts";
import { measure, type Metrics } from "./metrics/measure.ts";
import { rowValues, selectRows, spamCount, type Table } from "./table.ts";

/**
 * Share of the rows, the newest, that the evaluation keeps back. Learning is flat beyond some 500 examples, so of
 * about a thousand the earlier 70 % teach nearly as much as all, and the 300 left bring the standard error of an
 * accuracy down to 2–3 %.
 */
export const HELD_OUT_SHARE = 0.3;

/** What holding out needs: of each class to learn from, and to judge; with less the figures mean nothing. */
const FEWEST_OF_A_CLASS = 5;
const FEWEST_JUDGED = 10;

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
  /** How many of the judged are spam. */
  readonly judgedSpam: number;
  /** Probability from which accuracy, precision and recall call a mail spam. */
  readonly threshold: number;
  readonly metrics: Metrics;
  /** The same figures of a constant: the share of spam in the rows learnt from, whatever the mail. */
  readonly baseline: Metrics;
}

/**
 * Judges a learner as it will be used: it learns from the past and is judged on what came later. A random split
 * would put mails of one sender on both sides and flatter it.
 *
 * @param table in the order of time (`inCanonicalOrder`), with both classes
 */
export function evaluate(table: Table, learner: Learner, options: FitOptions): Evaluation {
  const { earlier, later } = splitByTime(table);
  const reason = whyNotHeldOut(earlier, later);
  const [past, judged] = reason === null ? [earlier, later] : [table, table];
  const predictor = learner.fit(past, options);
  return {
    kind: reason === null ? "held-out" : "in-sample",
    reason,
    learntFrom: past.rows,
    judged: judged.rows,
    judgedSpam: spamCount(judged.labels),
    threshold: DECISION_THRESHOLD,
    metrics: measureOn(judged, (row) => predictor.probability(rowValues(judged, row))),
    baseline: measureOn(judged, () => spamCount(past.labels) / past.rows),
  };
}

function splitByTime(table: Table): { readonly earlier: Table; readonly later: Table } {
  const cut = table.rows - Math.floor(table.rows * HELD_OUT_SHARE);
  const rows = Uint32Array.from({ length: table.rows }, (_, row) => row);
  return {
    earlier: selectRows(table, rows.subarray(0, cut)),
    later: selectRows(table, rows.subarray(cut)),
  };
}

/** Null when the rows can be held out. The later ones may be of one class: some figures are null then. */
function whyNotHeldOut(earlier: Table, later: Table): string | null {
  const spam = spamCount(earlier.labels);
  const ham = earlier.rows - spam;
  if (Math.min(spam, ham) < FEWEST_OF_A_CLASS)
    return `the earlier ${earlier.rows} examples have ${spam} spam and ${ham} ham, of ${FEWEST_OF_A_CLASS} needed of each`;
  if (later.rows < FEWEST_JUDGED)
    return `the later examples are ${later.rows}, of ${FEWEST_JUDGED} needed`;
  return null;
}

function measureOn(table: Table, probabilityOf: (row: number) => number): Metrics {
  const probabilities = Float64Array.from({ length: table.rows }, (_, row) => probabilityOf(row));
  return measure({ labels: table.labels, probabilities }, DECISION_THRESHOLD);
}
