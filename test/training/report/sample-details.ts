import { learnerNamed } from "../../../training/learners/all-learners.ts";
import { type ReportDetails, reportDetails } from "../../../training/report/report-details.ts";
import { trainOnTable } from "../../../training/train.ts";
import { mixture } from "../tables.ts";

const OPTIONS = { learner: "logistic", version: 3, time: 1_764_100_000 };

/** A real training on two overlapping classes, of which the first feature alone tells. */
export const TRAINING = trainOnTable(mixture({ rows: 900, distance: 2, missing: 0.1 }), OPTIONS);
export const DETAILS: ReportDetails = reportDetails(TRAINING, learnerNamed("logistic"), {
  seed: 1,
});
