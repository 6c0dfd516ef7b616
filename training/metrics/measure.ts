import { brierScore, calibrationError, logLoss } from "./calibration.ts";
import { accuracy, confusionAt, precision, recall } from "./decisions.ts";
import { areaUnderRoc, recallAtFalsePositiveRate } from "./ranking.ts";
import type { Scored } from "./scored.ts";

/** How good probabilities are; null where the rows do not define a figure, such as a ranking of one class. */
export interface Metrics {
  readonly accuracy: number | null;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly auc: number | null;
  /** Recall at a false-positive rate of at most one per cent. */
  readonly recallAt1PercentFpr: number | null;
  readonly recallAt5PercentFpr: number | null;
  readonly logLoss: number | null;
  readonly brier: number | null;
  /** Expected calibration error over ten bins. */
  readonly calibrationError: number | null;
}

/** All figures at once; those of decisions call spam what has a probability of at least `threshold`. */
export function measure(scored: Scored, threshold: number): Metrics {
  const outcomes = confusionAt(scored, threshold);
  return {
    accuracy: accuracy(outcomes),
    precision: precision(outcomes),
    recall: recall(outcomes),
    auc: areaUnderRoc(scored),
    recallAt1PercentFpr: recallAtFalsePositiveRate(scored, 0.01),
    recallAt5PercentFpr: recallAtFalsePositiveRate(scored, 0.05),
    logLoss: logLoss(scored),
    brier: brierScore(scored),
    calibrationError: calibrationError(scored),
  };
}
