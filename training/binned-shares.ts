/** How values are spread over bins. */
export interface BinnedShares {
  /** Share of all values in each bin; with the missing ones they add up to 1. */
  readonly shares: readonly number[];
  readonly missing: number;
}

/** Values that a quantile is taken of, evenly drawn; more make it no better and sorting them takes time. */
const MOST_SORTED = 20_000;

/**
 * Borders between bins that hold about equally many of the finite values: at most `bins` − 1, rising. A value that
 * is there very often has a bin of its own and leaves fewer to the others.
 */
export function quantileEdges(values: Float64Array, bins: number): readonly number[] {
  const finite = values.filter(Number.isFinite);
  const step = Math.max(Math.floor(finite.length / MOST_SORTED), 1);
  const sorted = finite.filter((_, i) => i % step === 0).sort();
  const wanted = Array.from(
    { length: bins - 1 },
    (_, i) => sorted[Math.floor((sorted.length * (i + 1)) / bins)] ?? Number.NaN,
  );
  return [...new Set(wanted)].filter((edge) => Number.isFinite(edge) && edge > (sorted[0] ?? edge));
}

/** A bin holds the values from its lower border on, up to but without its upper one. */
export function sharesOf(values: Float64Array, edges: readonly number[]): BinnedShares {
  const counts = new Float64Array(edges.length + 1);
  let missing = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) missing += 1;
    else {
      const bin = binOf(value, edges);
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
  }
  const all = Math.max(values.length, 1);
  return { shares: Array.from(counts, (count) => count / all), missing: missing / all };
}

function binOf(value: number, edges: readonly number[]): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value >= (edges[middle] ?? Infinity)) low = middle + 1;
    else high = middle;
  }
  return low;
}
