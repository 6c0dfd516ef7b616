import { rowValues, type Table } from "../table.ts";
import { evenlySpread } from "./evenly-spread.ts";
import type { Predictor } from "./learner.ts";

/** How much one feature moves the scores of a table. */
export interface Strength {
  readonly feature: string;
  /**
   * Mean size, over the rows, of what the feature adds to the log-odds; above zero where greater values speak for
   * spam, below where they speak against it.
   */
  readonly logOdds: number;
}

/** Enough rows for a mean; explaining each of a hundred thousand would take longer than learning from them. */
const MAX_ROWS = 1_000;

/** The features that move the score at all, in the order of the table's names. */
export function strengthsOf(predictor: Predictor, table: Table): readonly Strength[] {
  const rows = evenlySpread(table.rows, MAX_ROWS).map((row) => rowValues(table, row));
  const shares = table.names.map(() => new Float64Array(rows.length));
  rows.forEach((values, row) => {
    for (const { feature, logOdds } of predictor.explain(values).contributions)
      shares[table.names.indexOf(feature)]?.fill(logOdds, row, row + 1);
  });
  return table.names
    .map((feature, i) => ({
      feature,
      logOdds: strengthOf(
        shares[i] ?? new Float64Array(0),
        rows.map((values) => values[i] ?? Number.NaN),
      ),
    }))
    .filter(({ logOdds }) => logOdds !== 0);
}

function strengthOf(shares: Float64Array, values: readonly number[]): number {
  const mean = average(shares);
  const size = average(shares.map((share) => Math.abs(share - mean)));
  return rises(shares, values) ? size : -size;
}

/**
 * Whether the share rises with the value, by the covariance of the share and the value's rank among finite ones:
 * a few huge values shall not decide it.
 */
function rises(shares: Float64Array, values: readonly number[]): boolean {
  const seen = [...values.keys()].filter((row) => Number.isFinite(values[row]));
  const byValue = seen.toSorted((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const middle = (byValue.length - 1) / 2;
  return byValue.reduce((sum, row, rank) => sum + (rank - middle) * (shares[row] ?? 0), 0) >= 0;
}

function average(numbers: Float64Array): number {
  return numbers.reduce((sum, number) => sum + number, 0) / Math.max(numbers.length, 1);
}
