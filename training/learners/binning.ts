import type { Columns } from "../table.ts";

/** Bin of what could not be observed; it lies behind all bins of values. */
export const MISSING_BIN = 255;

/** Most bins of values: with the missing ones a bin fits into a byte. */
export const MAX_VALUE_BINS = 255;

/** Values that the quantiles of a column are taken from; their error is then below a tenth of a bin. */
const MAX_SAMPLE = 50_000;

/**
 * A table of bins instead of values. What a tree can ask of a number is which of some hundred intervals it lies in;
 * told once, each later question costs a byte, and wild values and infinities are harmless from here on.
 */
export interface BinnedTable {
  readonly rows: number;
  /** For each feature the bin of each row. */
  readonly columns: readonly Uint8Array[];
  /** For each feature its rising edges: bin b has the values above edge b − 1 and up to edge b. */
  readonly edges: readonly Float64Array[];
}

/** Bins each column by its own quantiles; at most `valueBins` of them and the bin of missing values. */
export function binTable(table: Columns, valueBins = MAX_VALUE_BINS): BinnedTable {
  const edges = table.columns.map((column) => edgesOf(column, valueBins));
  const columns = table.columns.map((column, i) => binColumn(column, edges[i] ?? NO_EDGES));
  return { rows: table.rows, columns, edges };
}

/** The bins of one mail's values, in the order of the edges. */
export function binValues(values: Float64Array, edges: readonly Float64Array[]): Uint8Array {
  const bins = new Uint8Array(edges.length);
  for (let i = 0; i < edges.length; i += 1)
    bins[i] = binOf(values[i] ?? Number.NaN, edges[i] ?? NO_EDGES);
  return bins;
}

const NO_EDGES = new Float64Array(0);

function binColumn(column: Float64Array, edges: Float64Array): Uint8Array {
  const bins = new Uint8Array(column.length);
  for (let row = 0; row < column.length; row += 1)
    bins[row] = binOf(column[row] ?? Number.NaN, edges);
  return bins;
}

/** Number of edges below the value, by halving; NaN and infinities are missing. */
export function binOf(value: number, edges: Float64Array): number {
  if (!Number.isFinite(value)) return MISSING_BIN;
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value > (edges[middle] ?? 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Edges between neighbouring values: between all of them where they are few enough, else where equal shares of the
 * values have passed, so that a long tail gets no more bins than it has values.
 */
export function edgesOf(column: Float64Array, valueBins: number): Float64Array {
  const sorted = finiteSample(column).sort();
  const distinct = countDistinct(sorted);
  const edges: number[] = [];
  let cuts = 0;
  for (let i = 1; i < sorted.length; i += 1) {
    const [low, high] = [sorted[i - 1] ?? 0, sorted[i] ?? 0];
    if (low === high) continue;
    const passed = Math.floor((i * valueBins) / sorted.length);
    if (distinct > valueBins && passed <= cuts) continue;
    cuts = passed;
    edges.push(numberBetween(low, high));
  }
  return Float64Array.from(edges);
}

/** The finite values of a column, or some of them at equal distances where they are many. */
function finiteSample(column: Float64Array): Float64Array {
  const stride = Math.max(1, column.length / MAX_SAMPLE);
  const sample = new Float64Array(Math.min(column.length, MAX_SAMPLE));
  let count = 0;
  for (let i = 0; i < sample.length; i += 1) {
    const value = column[Math.floor(i * stride)] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    sample[count] = value;
    count += 1;
  }
  return sample.subarray(0, count);
}

function countDistinct(sorted: Float64Array): number {
  let count = 0;
  for (let i = 0; i < sorted.length; i += 1) if (sorted[i] !== sorted[i - 1]) count += 1;
  return count;
}

/** Digits that tell any two numbers apart. */
const MOST_DIGITS = 17;

/** A number of few digits from `low` on and below `high`: it is what a model file and a reader get to see. */
export function numberBetween(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  for (let digits = 2; digits <= MOST_DIGITS; digits += 1) {
    const rounded = Number(middle.toPrecision(digits));
    if (low <= rounded && rounded < high) return rounded;
  }
  return low;
}
