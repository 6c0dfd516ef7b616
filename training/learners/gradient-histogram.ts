import type { RowPartition } from "./row-partition.ts";

/** Bins of a feature: those of values and the missing one. */
export const BINS = 256;

/** Features that are counted in one go over the rows: a row's number and weight are then read once for them all. */
const TOGETHER = 4;

/** Counts weights by feature and bin; a histogram has 256 sums for each feature, feature after feature. */
export class HistogramCounter {
  readonly #columns: readonly Uint8Array[];
  readonly #spare: Float64Array[] = [];

  constructor(columns: readonly Uint8Array[]) {
    this.#columns = columns;
  }

  /** The histogram of the rows from `start` to `end` of a partition. */
  count(partition: RowPartition, start: number, end: number): Float64Array {
    const histogram = this.#spare.pop()?.fill(0) ?? new Float64Array(this.#columns.length * BINS);
    const rows = partition.rows.subarray(start, end);
    const weights = partition.weights.subarray(start, end);
    for (let first = 0; first < this.#columns.length; first += TOGETHER) {
      const columns = this.#columns.slice(first, first + TOGETHER);
      const part = histogram.subarray(first * BINS, (first + columns.length) * BINS);
      if (columns.length === TOGETHER) countFour(part, columns, rows, weights);
      else
        columns.forEach((column, i) => {
          countOne(part.subarray(i * BINS, (i + 1) * BINS), column, rows, weights);
        });
    }
    return histogram;
  }

  /** Makes of a histogram what is left when a part of its rows is taken away. */
  subtract(from: Float64Array, part: Float64Array): void {
    for (let i = 0; i < from.length; i += 1) from[i] = (from[i] ?? 0) - (part[i] ?? 0);
  }

  /** Takes back a histogram that is no longer looked at. */
  giveBack(histogram: Float64Array): void {
    this.#spare.push(histogram);
  }
}

function countOne(
  sums: Float64Array,
  column: Uint8Array,
  rows: Int32Array,
  weights: Float64Array,
): void {
  for (let i = 0; i < rows.length; i += 1) {
    add(sums, column[rows[i] ?? 0] ?? 0, weights[i] ?? 0);
  }
}

/** The loop in which boosting spends half of its time. */
function countFour(
  sums: Float64Array,
  columns: readonly Uint8Array[],
  rows: Int32Array,
  weights: Float64Array,
): void {
  const [a, b, c, d] = columns;
  if (a === undefined || b === undefined || c === undefined || d === undefined) return;
  for (let i = 0; i < rows.length; i += 1) {
    const row = rows[i] ?? 0;
    const weight = weights[i] ?? 0;
    add(sums, a[row] ?? 0, weight);
    add(sums, (b[row] ?? 0) + BINS, weight);
    add(sums, (c[row] ?? 0) + 2 * BINS, weight);
    add(sums, (d[row] ?? 0) + 3 * BINS, weight);
  }
}

function add(sums: Float64Array, at: number, weight: number): void {
  sums[at] = (sums[at] ?? 0) + weight;
}
