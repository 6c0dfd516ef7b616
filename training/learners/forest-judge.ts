import { logOddsOf } from "../log-odds.ts";
import type { BinJudge } from "./bin-judge.ts";
import { type Ensemble, sharesOfFeatures, sumOfRoots, sumOfTrees } from "./ensemble.ts";
import { explanationOf, throughFunction } from "./explanation.ts";

/**
 * Judges by the mean of the probabilities that the trees give, kept `margin` away from 0 and 1. The paths add up in
 * probability; carried over to log-odds they keep their proportions.
 */
export function forestJudge(
  ensemble: Ensemble,
  names: readonly string[],
  margin: number,
): BinJudge {
  const trees = ensemble.roots.length;
  const base = sumOfRoots(ensemble) / trees;
  const toLogOdds = (probability: number) => logOddsOf(probability, margin);
  return {
    logOdds: (bins) => toLogOdds(sumOfTrees(ensemble, bins) / trees),
    explain: (bins) => {
      const shares = sharesOfFeatures(ensemble, bins).map((share) => share / trees);
      return throughFunction(explanationOf(base, shares, names), toLogOdds);
    },
  };
}
