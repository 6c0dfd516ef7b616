import { uniformNumbers } from "../learners/draw-rows.ts";
import type { Predictor } from "../learners/learner.ts";
import { logLoss } from "../metrics/calibration.ts";
import { rowValues, type Table } from "../table.ts";

/** Rows that are judged anew for each feature, the newest; more would sharpen little and take long. */
const MOST_ROWS = 1_000;
/** Permutations of each feature, of which the mean is taken. */
const REPEATS = 3;

export interface Importance {
  readonly feature: string;
  /** By how much the log loss rises when the feature's values are dealt out anew among the mails. */
  readonly lossIncrease: number;
}

/** What each feature is worth to a predictor on rows that it has not learnt from; the most valuable first. */
export function permutationImportance(
  predictor: Predictor,
  table: Table,
  seed: number,
): readonly Importance[] {
  const from = Math.max(table.rows - MOST_ROWS, 0);
  const rows = Array.from({ length: table.rows - from }, (_, i) => rowValues(table, from + i));
  const labels = table.labels.subarray(from);
  const uniform = uniformNumbers(seed);
  const lossOf = (values: readonly Float64Array[]): number =>
    logLoss({
      labels,
      probabilities: Float64Array.from(values, (row) => predictor.probability(row)),
    }) ?? 0;
  const before = lossOf(rows);
  return table.names
    .map((feature, index) => {
      const losses = Array.from({ length: REPEATS }, () => lossOf(permuted(rows, index, uniform)));
      const mean = losses.reduce((sum, loss) => sum + loss, 0) / REPEATS;
      return { feature, lossIncrease: mean - before };
    })
    .toSorted((a, b) => b.lossIncrease - a.lossIncrease);
}

/** The rows with the values of one column in another order (Fisher and Yates). */
function permuted(
  rows: readonly Float64Array[],
  column: number,
  uniform: () => number,
): readonly Float64Array[] {
  const values = Float64Array.from(rows, (row) => row[column] ?? Number.NaN);
  for (let last = values.length - 1; last > 0; last -= 1) {
    const other = Math.floor(uniform() * (last + 1));
    const kept = values[last] ?? Number.NaN;
    values[last] = values[other] ?? Number.NaN;
    values[other] = kept;
  }
  return rows.map((row, i) => {
    const changed = row.slice();
    changed[column] = values[i] ?? Number.NaN;
    return changed;
  });
}
