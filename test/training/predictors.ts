import type { Predictor } from "../../training/learners/learner.ts";
import { logOddsOf } from "../../training/log-odds.ts";

/** A predictor that was told what to say. */
export function predictorGiving(probability: (values: Float64Array) => number): Predictor {
  return {
    probability,
    logOdds: (values) => logOddsOf(probability(values), 1e-6),
    explain: (values) => ({ base: logOddsOf(probability(values), 1e-6), contributions: [] }),
    parameters: () => null,
  };
}
