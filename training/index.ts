/** Examples → models → probabilities. This file is the only way in. */
export { type TrainingFault, TrainingError } from "./errors.ts";
export type { Evaluation } from "./evaluate.ts";
export { HELD_OUT_SHARE } from "./hold-out.ts";
export { type BackgroundOptions, trainInBackground } from "./background.ts";
export type { ListedModel } from "./model-list.ts";
export { KEPT_MODELS, type ModelPlaces, ModelStore } from "./model-store.ts";
export type { Decision } from "./promotion.ts";
export { runJob, type TrainingJob, type TrainingOutcome } from "./training-job.ts";
export { type Prior, shiftedScores } from "./shifted-scores.ts";
export { type Drift, driftOf, FEWEST_DRIFT_MAILS, MUCH_DRIFT } from "./drift.ts";
export { type ThresholdChoice, whyNoThreshold } from "./threshold.ts";
export { type Example, EXAMPLE_SCHEMA, parseExample } from "./example.ts";
export { MAX_EXAMPLES, readExamples } from "./read-examples.ts";
export { DEFAULT_LEARNER, LEARNERS } from "./learners/all-learners.ts";
export { type Contribution, type Explanation, sumOf } from "./learners/explanation.ts";
export type { FitOptions, Learner, Predictor } from "./learners/learner.ts";
export type { Strength } from "./learners/strengths.ts";
export { logOddsOf, probabilityOf } from "./log-odds.ts";
export { measure, type Metrics } from "./metrics/measure.ts";
export type { Scored } from "./metrics/scored.ts";
export { type Model, scoreRows } from "./model.ts";
export { loadModel, saveModel, versionAt } from "./model-file.ts";
export { LARGEST_SHIFT, PriorEstimator, shiftBetween } from "./prior-shift.ts";
export { type LabelledTable, readColumns, readTable, type TableColumns } from "./read-table.ts";
export type { TrainingReport } from "./report.ts";
export {
  figure,
  formatReport,
  METRIC_LINES,
  thresholdText,
  timeText,
} from "./report/text-report.ts";
export type { ClassCounts, TrainingSummary } from "./summary.ts";
export type { Columns, Table } from "./table.ts";
export { train, trainOnTable, type TrainingResult, type TrainOptions } from "./train.ts";
