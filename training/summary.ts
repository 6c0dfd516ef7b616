import { z } from "zod";
import type { Distribution, TrainedDistributions } from "./drift.ts";
import type { Evaluation, UnseenSenders } from "./evaluate.ts";
import type { Intervals } from "./metrics/bootstrap.ts";
import type { Metrics } from "./metrics/measure.ts";
import type { ThresholdChoice } from "./threshold.ts";

export interface ClassCounts {
  readonly spam: number;
  readonly ham: number;
}

/** What a model was made of and how it did; it stays with the model. */
export interface TrainingSummary extends ClassCounts {
  /** When the model was trained, epoch seconds. */
  readonly time: number;
  readonly examples: number;
  /** Times of the first and the last example, epoch seconds; null where the rows bear no times. */
  readonly from: number | null;
  readonly to: number | null;
  /** Who gave the labels; null where the rows do not tell. */
  readonly teachers: Readonly<Record<string, ClassCounts>> | null;
  readonly evaluation: Evaluation;
  /** How the threshold was chosen; null where no false-positive rate was asked for. */
  readonly thresholdChoice: ThresholdChoice | null;
  /** How features and scores were spread; null in the models of versions that did not keep it. */
  readonly distributions: TrainedDistributions | null;
}

const COUNT = z.int().nonnegative();
const FIGURE = z.number().nullable();
const COUNTS = { spam: COUNT, ham: COUNT };

const METRICS: z.ZodType<Metrics> = z.object({
  accuracy: FIGURE,
  precision: FIGURE,
  recall: FIGURE,
  auc: FIGURE,
  recallAt1PercentFpr: FIGURE,
  // Not in the models of the first versions.
  recallAt5PercentFpr: FIGURE.default(null),
  logLoss: FIGURE,
  brier: FIGURE,
  calibrationError: FIGURE,
});

const INTERVAL = z.object({ low: z.number(), high: z.number() }).nullable();

const INTERVALS: z.ZodType<Intervals> = z.object({
  accuracy: INTERVAL,
  auc: INTERVAL,
  recallAt1PercentFpr: INTERVAL,
  logLoss: INTERVAL,
  brier: INTERVAL,
});

const UNSEEN_SENDERS: z.ZodType<UnseenSenders> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("judged"), learntFrom: COUNT, metrics: METRICS }),
  z.object({ kind: z.literal("not-judged"), reason: z.string() }),
]);

const EVALUATION: z.ZodType<Evaluation> = z.object({
  kind: z.enum(["held-out", "in-sample"]),
  reason: z.string().nullable(),
  learntFrom: COUNT,
  judged: COUNT,
  judgedSpam: COUNT,
  threshold: z.number(),
  metrics: METRICS,
  intervals: INTERVALS.nullable().default(null),
  baseline: METRICS,
  unseenSenders: UNSEEN_SENDERS.nullable().default(null),
});

const THRESHOLD_CHOICE: z.ZodType<ThresholdChoice> = z.object({
  maxFpr: z.number(),
  threshold: z.number().nullable(),
  ham: COUNT,
  falsePositives: COUNT,
  upperBound: z.number(),
  missingHam: COUNT,
});

const DISTRIBUTION: z.ZodType<Distribution> = z.object({
  edges: z.array(z.number()),
  shares: z.array(z.number().min(0).max(1)),
  missing: z.number().min(0).max(1),
});

const DISTRIBUTIONS: z.ZodType<TrainedDistributions> = z.object({
  features: z.record(z.string(), DISTRIBUTION),
  scores: DISTRIBUTION,
});

/** The summary as a model file has it. */
export const TRAINING_SUMMARY: z.ZodType<TrainingSummary> = z.object({
  ...COUNTS,
  time: z.number(),
  examples: COUNT,
  from: z.number().nullable(),
  to: z.number().nullable(),
  teachers: z.record(z.string(), z.object(COUNTS)).nullable(),
  evaluation: EVALUATION,
  thresholdChoice: THRESHOLD_CHOICE.nullable().default(null),
  distributions: DISTRIBUTIONS.nullable().default(null),
});
