import { TrainingError } from "../errors.ts";
import { spamCount, type Table } from "../table.ts";
import type { Explanation } from "./explanation.ts";

export interface FitOptions {
  /** The same table and seed give the same predictor. */
  readonly seed: number;
  /**
   * How much each row counts, above zero; left out, all count alike. `classWeights` makes such weights of two for
   * the classes. Probabilities then are those of mail in which the rows have these shares.
   */
  readonly rowWeights?: Float64Array;
  /** Told now and then which share of the work is done, 0 to 1; what it throws ends the training. */
  readonly onProgress?: (done: number) => void;
}

/** What a learner has learnt, ready to judge. */
export interface Predictor {
  /**
   * Log-odds of spam, never NaN or infinite. `values` stand in the order of the table's names; NaN and infinities
   * count as missing.
   */
  logOdds(values: Float64Array): number;
  /** The same as a probability, 0 to 1. */
  probability(values: Float64Array): number;
  /** Which feature moves these log-odds how far; base and contributions add up to them. */
  explain(values: Float64Array): Explanation;
  /** Plain JSON that `restore` makes the same predictor of. */
  parameters(): unknown;
}

/** A way to learn. It neither reads a clock nor draws randomness of its own, and leaves the table as it was. */
export interface Learner {
  /** The first part of the model's name: `logistic` in `logistic-3`. */
  readonly name: string;
  /** @throws TrainingError `not-enough` when a class has no row */
  fit(table: Table, options: FitOptions): Predictor;
  /** @throws TrainingError `bad-model` naming the key of the parameter that is wrong */
  restore(parameters: unknown, names: readonly string[]): Predictor;
}

/** @throws TrainingError `not-enough` when the table is empty or all rows are of one class */
export function requireBothClasses(table: Table): void {
  if (table.rows === 0) throw new TrainingError("not-enough", "there is no example to learn from");
  const spam = spamCount(table.labels);
  if (spam > 0 && spam < table.rows) return;
  const only = spam === 0 ? "ham" : "spam";
  const lacking = spam === 0 ? "spam" : "ham";
  throw new TrainingError(
    "not-enough",
    `all ${table.rows} examples are ${only}: learning needs at least one ${lacking} too`,
  );
}

/** Row weights of which each row of a class has the same. */
export function classWeights(
  labels: Uint8Array,
  weights: { readonly spam: number; readonly ham: number },
): Float64Array {
  return Float64Array.from(labels, (label) => (label === 1 ? weights.spam : weights.ham));
}
