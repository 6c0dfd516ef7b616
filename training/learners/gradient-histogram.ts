import type { RowPartition } from "./row-partition.ts";

/** Bins of a feature: those of values and the missing one. */
export const BINS = 256;

/** Features that are counted in one go over the rows: a row's number and weight are then read once for them all. */
const TOGETHER = 4;

/** Rows of a partition. */
interface Range {
  readonly rows: Int32Array;
  readonly weights: Float64Array;
  readonly start: number;
  readonly end: number;
}

/** Counts weights by feature and bin; a histogram has 256 sums for each feature, feature after feature. */
export class HistogramCounter {
  readonly #features: number;
  readonly #groups: readonly (readonly Uint8Array[])[];
  readonly #spare: Float64Array[] = [];

  constructor(columns: readonly Uint8Array[]) {
    this.#features = columns.length;
    this.#groups = Array.from({ length: Math.ceil(columns.length / TOGETHER) }, (_, group) =>
      columns.slice(group * TOGETHER, (group + 1) * TOGETHER),
    );
  }

  /** The histogram of the rows from `start` to `end` of a partition. */
  count({ rows, weights }: RowPartition, start: number, end: number): Float64Array {
    const histogram = this.#spare.pop()?.fill(0) ?? new Float64Array(this.#features * BINS);
    const range = { rows, weights, start, end };
    let first = 0;
    for (const group of this.#groups) {
      if (group.length === TOGETHER) countFour(histogram, first, group, range);
      else
        for (let i = 0; i < group.length; i += 1)
          countOne(histogram, first + i * BINS, group[i] ?? NO_COLUMN, range);
      first += TOGETHER * BINS;
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

const NO_COLUMN = new Uint8Array(0);

function countOne(
  sums: Float64Array,
  first: number,
  column: Uint8Array,
  { rows, weights, start, end }: Range,
): void {
  for (let i = start; i < end; i += 1)
    add(sums, first + (column[rows[i] ?? 0] ?? 0), weights[i] ?? 0);
}

/** The loop in which boosting spends half of its time. */
function countFour(
  sums: Float64Array,
  first: number,
  columns: readonly Uint8Array[],
  { rows, weights, start, end }: Range,
): void {
  const [a, b, c, d] = columns;
  if (a === undefined || b === undefined || c === undefined || d === undefined) return;
  for (let i = start; i < end; i += 1) {
    const row = rows[i] ?? 0;
    const weight = weights[i] ?? 0;
    add(sums, first + (a[row] ?? 0), weight);
    add(sums, first + BINS + (b[row] ?? 0), weight);
    add(sums, first + 2 * BINS + (c[row] ?? 0), weight);
    add(sums, first + 3 * BINS + (d[row] ?? 0), weight);
  }
}

function add(sums: Float64Array, at: number, weight: number): void {
  sums[at] = (sums[at] ?? 0) + weight;
}
