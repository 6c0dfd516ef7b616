import type { BinJudge } from "./bin-judge.ts";
import { type Ensemble, sharesOfFeatures, sumOfRoots, sumOfTrees } from "./ensemble.ts";
import { explanationOf } from "./explanation.ts";

/** Judges by the sum of what the trees add to `base`, all in log-odds. */
export function boostingJudge(
  base: number,
  ensemble: Ensemble,
  names: readonly string[],
): BinJudge {
  const start = base + sumOfRoots(ensemble);
  return {
    logOdds: (bins) => base + sumOfTrees(ensemble, bins),
    explain: (bins) => explanationOf(start, sharesOfFeatures(ensemble, bins), names),
  };
}
