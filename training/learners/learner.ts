import { TrainingError } from "../errors.ts";
import { spamCount, type Table } from "../table.ts";

export interface FitOptions {
  /** The same table and seed give the same predictor. */
  readonly seed: number;
}

/** How much one feature moves the score. */
export interface Strength {
  readonly feature: string;
  /** Whether it is the feature's value that counts, or that it could not be observed. */
  readonly of: "value" | "absence";
  /** Log-odds of spam per standard deviation of the value, or for the absence; above zero it speaks for spam. */
  readonly logOdds: number;
}

/** What a learner has learnt, ready to judge. */
export interface Predictor {
  /**
   * Probability of spam, 0 to 1, never NaN. `values` stand in the order of the table's names; NaN and infinities
   * count as missing.
   */
  probability(values: Float64Array): number;
  /** Plain JSON that `restore` makes the same predictor of. */
  parameters(): unknown;
  /** One or two entries for each feature that counts at all. */
  strengths(): readonly Strength[];
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
