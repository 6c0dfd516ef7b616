import type { Table } from "../table.ts";
import { type BinnedTable, binTable, MAX_VALUE_BINS } from "./binning.ts";

/** Bins of a learner that gives each bin a weight of its own: forty rows of the mean bin tell it to about 0.3. */
const ROWS_A_WEIGHT = 40;
const FEWEST_WEIGHTS = 4;
const MOST_WEIGHTS = 20;

/** How many weights for the values of a feature so many rows can tell. */
export function weighableBinsFor(rows: number): number {
  return Math.min(Math.max(Math.floor(rows / ROWS_A_WEIGHT), FEWEST_WEIGHTS), MOST_WEIGHTS);
}

/** Labelled rows as the learners of trees take them. */
export interface BinnedRows extends BinnedTable {
  readonly labels: Uint8Array;
  readonly weights: Float64Array | undefined;
  /** Features by name, so that what is drawn of them does not depend on the order of the columns. */
  readonly byName: readonly number[];
}

/** Finer bins than these tell noise apart, and cost time in each node. */
const FEWEST_ROWS_A_BIN = 20;

const FEWEST_BINS = 32;

/** How finely so many rows are worth to be binned. */
export function valueBinsFor(rows: number): number {
  return Math.min(Math.max(Math.floor(rows / FEWEST_ROWS_A_BIN), FEWEST_BINS), MAX_VALUE_BINS);
}

export function binRows(
  table: Table,
  weights: Float64Array | undefined,
  valueBins = valueBinsFor(table.rows),
): BinnedRows {
  const byName = table.names
    .map((name, feature) => ({ name, feature }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ feature }) => feature);
  return { ...binTable(table, valueBins), labels: table.labels, weights, byName };
}

/** Some of the rows, in the given order, with the bins of all. */
export function selectBinnedRows(from: BinnedRows, rows: ArrayLike<number>): BinnedRows {
  const bytes = (column: Uint8Array) => {
    const picked = new Uint8Array(rows.length);
    for (let i = 0; i < rows.length; i += 1) picked[i] = column[rows[i] ?? 0] ?? 0;
    return picked;
  };
  const { weights } = from;
  return {
    ...from,
    rows: rows.length,
    columns: from.columns.map(bytes),
    labels: bytes(from.labels),
    weights: weights && Float64Array.from(rows, (row) => weights[row] ?? 1),
  };
}
