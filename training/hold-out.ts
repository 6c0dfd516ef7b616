import type { FitOptions, Learner, Predictor } from "./learners/learner.ts";
import type { Scored } from "./metrics/scored.ts";
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

/** Rows that were judged by what had been learnt from others. */
export interface HeldOut {
  readonly learnt: Table;
  readonly judged: Table;
  readonly predictor: Predictor;
  readonly scored: Scored;
  /** Why nothing could be held out, and the rows were judged that were learnt from; null where it could. */
  readonly reason: string | null;
}

/**
 * Judges a learner as it will be used: it learns from the past and is judged on what came later. A random split
 * would put mails of one sender on both sides and flatter it.
 *
 * @param table in the order of time (`inCanonicalOrder`), with both classes
 */
export function holdOut(table: Table, learner: Learner, options: FitOptions): HeldOut {
  const { earlier, later } = splitByTime(table);
  const reason = whyNotHeldOut(earlier, later);
  const [learnt, judged] = reason === null ? [earlier, later] : [table, table];
  return judgedBy(learner.fit(learnt, options), { learnt, judged, reason });
}

/**
 * The same judged rows, but nothing is learnt from senders that are among them: how the learner does on senders
 * that it has never seen.
 *
 * @returns why not, where senders are not known or too little is left to learn from
 */
export function holdOutSenders(
  heldOut: HeldOut,
  learner: Learner,
  options: FitOptions,
): HeldOut | string {
  const { learnt, judged, reason } = heldOut;
  if (learnt.groups === undefined) return "the senders of the rows are not known";
  if (reason !== null) return reason;
  const known = new Set(judged.groups);
  const strange = Array.from({ length: learnt.rows }, (_, row) => row).filter(
    (row) => !known.has(learnt.groups?.[row] ?? 0),
  );
  if (strange.length === learnt.rows) return heldOut;
  const others = selectRows(learnt, strange);
  const lacking = whyNotHeldOut(others, judged);
  if (lacking !== null) return `of senders that are not among the judged, ${lacking}`;
  return judgedBy(learner.fit(others, options), { learnt: others, judged, reason: null });
}

/** The probability that a predictor gives each row. */
export function probabilitiesOf(predictor: Predictor, table: Table): Float64Array {
  return Float64Array.from({ length: table.rows }, (_, row) =>
    predictor.probability(rowValues(table, row)),
  );
}

function judgedBy(
  predictor: Predictor,
  rows: Pick<HeldOut, "learnt" | "judged" | "reason">,
): HeldOut {
  const probabilities = probabilitiesOf(predictor, rows.judged);
  return { ...rows, predictor, scored: { labels: rows.judged.labels, probabilities } };
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
