import { z } from "zod";
import type { Evaluation } from "./evaluate.ts";
import type { Metrics } from "./metrics/measure.ts";

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
  logLoss: FIGURE,
  brier: FIGURE,
  calibrationError: FIGURE,
});

const EVALUATION: z.ZodType<Evaluation> = z.object({
  kind: z.enum(["held-out", "in-sample"]),
  reason: z.string().nullable(),
  learntFrom: COUNT,
  judged: COUNT,
  judgedSpam: COUNT,
  threshold: z.number(),
  metrics: METRICS,
  baseline: METRICS,
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
});
