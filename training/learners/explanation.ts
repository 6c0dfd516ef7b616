/** What one feature adds to the log-odds of spam of one mail; above zero it speaks for spam. */
export interface Contribution {
  readonly feature: string;
  readonly logOdds: number;
}

/**
 * Why a mail has its score: `base` and all contributions add up to its log-odds. Linear learners give the terms of
 * their sum. Trees give path contributions (Saabas): each split adds the difference that it makes between the
 * mean of its node and that of the branch taken to the feature that it asks. They are exact for the mail at hand
 * and cost one walk, where Shapley values would cost one for each subset of features that were asked.
 */
export interface Explanation {
  /** Log-odds of a mail of which nothing is known but that it came. */
  readonly base: number;
  /** In the order of the model's features, those that add nothing left out. */
  readonly contributions: readonly Contribution[];
}

/** An explanation from the share of each feature, in the order of the names. */
export function explanationOf(
  base: number,
  shares: ArrayLike<number>,
  names: readonly string[],
): Explanation {
  const contributions = names.map((feature, i) => ({ feature, logOdds: shares[i] ?? 0 }));
  return { base, contributions: contributions.filter(({ logOdds }) => logOdds !== 0) };
}

/** Base and contributions together. */
export function sumOf({ base, contributions }: Explanation): number {
  return contributions.reduce((sum, { logOdds }) => sum + logOdds, base);
}

/**
 * The same explanation behind a rising function of the log-odds, such as a calibration: what lies between the base
 * and the score keeps its proportions.
 */
export function throughFunction(
  explanation: Explanation,
  of: (logOdds: number) => number,
): Explanation {
  const before = sumOf(explanation);
  const base = of(explanation.base);
  const factor = slopeBetween(of, explanation.base, before);
  return {
    base,
    contributions: explanation.contributions.map(({ feature, logOdds }) => ({
      feature,
      logOdds: logOdds * factor,
    })),
  };
}

/** Nearer than this, two places count as one, and the slope there is taken over this distance. */
const SMALLEST_DISTANCE = 1e-6;

function slopeBetween(of: (logOdds: number) => number, from: number, to: number): number {
  const far = Math.abs(to - from) < SMALLEST_DISTANCE ? from + SMALLEST_DISTANCE : to;
  return (of(far) - of(from)) / (far - from);
}
