import { mostEvents, trialsNeeded, upperBound } from "./metrics/binomial-bound.ts";
import type { Scored } from "./metrics/scored.ts";

/** Steps of a threshold: the header has three decimals, and what counts is the score as it stands there. */
const STEPS = 1000;

/** A threshold for a wanted false-positive rate, or why there is none. */
export interface ThresholdChoice {
  /** The wanted rate. */
  readonly maxFpr: number;
  /** Null where no threshold keeps the rate for certain. */
  readonly threshold: number | null;
  /** The ham that it was chosen on: judged by models that had not learnt from it. */
  readonly ham: number;
  /** How many of them the threshold calls spam, and what share of all ham that is at most, with 95 % confidence. */
  readonly falsePositives: number;
  readonly upperBound: number;
  /** How many more ham are needed before any threshold can be chosen. */
  readonly missingHam: number;
}

/**
 * The lowest threshold whose false-positive rate lies below `maxFpr` with 95 % confidence. How many false positives
 * are allowed follows from the number of the ham alone, not from their scores, so choosing does not spoil the bound.
 */
export function chooseThreshold(
  { labels, probabilities }: Scored,
  maxFpr: number,
): ThresholdChoice {
  const ham = probabilities.filter((_, row) => labels[row] === 0);
  const allowed = mostEvents(ham.length, maxFpr);
  const threshold = allowed < 0 ? null : lowestThreshold(ham, allowed);
  const falsePositives =
    threshold === null ? 0 : ham.filter((score) => rounded(score) >= threshold).length;
  return {
    maxFpr,
    threshold,
    ham: ham.length,
    falsePositives,
    upperBound: upperBound(falsePositives, ham.length),
    missingHam: Math.max(trialsNeeded(maxFpr) - ham.length, 0),
  };
}

/** Null where even a threshold of 1 calls more ham spam than allowed. */
function lowestThreshold(ham: Float64Array, allowed: number): number | null {
  const highest = ham.map(rounded).sort().toReversed();
  const first = highest[allowed];
  if (first === undefined) return 0;
  const step = Math.round(first * STEPS) + 1;
  return step > STEPS ? null : step / STEPS;
}

function rounded(score: number): number {
  return Math.round(score * STEPS) / STEPS;
}

/** Why a model has no threshold, for whoever wanted one. */
export function whyNoThreshold(choice: ThresholdChoice | null): string {
  if (choice === null)
    return "no false-positive rate was asked for when it was trained (train --max-fpr)";
  const { ham, maxFpr, missingHam } = choice;
  if (missingHam > 0)
    return `a false-positive rate of ${maxFpr} takes ${ham + missingHam} ham; there were ${ham}, so ${missingHam} are missing`;
  return `no threshold keeps the false-positive rate below ${maxFpr}: too many of the ${ham} ham have the highest score`;
}
