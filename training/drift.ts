import { type BinnedShares, quantileEdges, sharesOf } from "./binned-shares.ts";
import type { Columns } from "./table.ts";

/** How the values of a feature, or the scores, were spread when the model was made. */
export interface Distribution extends BinnedShares {
  readonly edges: readonly number[];
}

/** What is kept with a model, to notice later that mail has changed. */
export interface TrainedDistributions {
  readonly features: Readonly<Record<string, Distribution>>;
  /** Of mails that the model had not learnt from. */
  readonly scores: Distribution;
}

/** How far a distribution has moved: 0 not at all. */
export interface Drift {
  /** A feature, or `score`. */
  readonly name: string;
  readonly stability: number;
}

/** Mails below which chance alone moves a distribution: about (bins − 1) / mails. */
export const FEWEST_DRIFT_MAILS = 200;

/** Customary: from a tenth on something has moved, from a quarter on a model should not be trusted to be the same. */
export const MUCH_DRIFT = 0.25;

const BINS = 10;
const SCORE_EDGES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/** A bin that was or is empty counts as this share; without it a single mail would be infinitely far. */
const SMALLEST_SHARE = 1e-3;

export function trainedDistributions(table: Columns, scores: Float64Array): TrainedDistributions {
  const features = table.names.map((name, i) => {
    const column = table.columns[i] ?? new Float64Array(0);
    const edges = quantileEdges(column, BINS);
    return [name, distributionOf(column, edges)] as const;
  });
  return { features: Object.fromEntries(features), scores: distributionOf(scores, SCORE_EDGES) };
}

/**
 * The population stability index of each feature and of the score, the most moved first: the sum over the bins, with
 * one for missing values, of (share now − share then) · ln(share now / share then).
 */
export function driftOf(
  trained: TrainedDistributions,
  now: Columns,
  scores: Float64Array,
): readonly Drift[] {
  const features = Object.entries(trained.features).map(([name, then]) => {
    const column =
      now.columns[now.names.indexOf(name)] ?? new Float64Array(now.rows).fill(Number.NaN);
    return { name, stability: stabilityIndex(then, distributionOf(column, then.edges)) };
  });
  const { scores: then } = trained;
  const score = {
    name: "score",
    stability: stabilityIndex(then, distributionOf(scores, then.edges)),
  };
  return [...features, score].toSorted((a, b) => b.stability - a.stability);
}

function distributionOf(values: Float64Array, edges: readonly number[]): Distribution {
  return { edges, ...sharesOf(values, edges) };
}

function stabilityIndex(then: Distribution, now: Distribution): number {
  const [before, after] = [then, now].map(({ shares, missing }) =>
    [...shares, missing].map((share) => Math.max(share, SMALLEST_SHARE)),
  );
  return (before ?? []).reduce((sum, share, bin) => {
    const present = after?.[bin] ?? SMALLEST_SHARE;
    return sum + (present - share) * Math.log(present / share);
  }, 0);
}
