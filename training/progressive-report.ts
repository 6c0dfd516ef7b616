import { FEEDBACKS, type Feedback } from "./feedback.ts";
import type { Learner } from "./learners/learner.ts";
import { measure, type Metrics } from "./metrics/measure.ts";
import type { Scored } from "./metrics/scored.ts";
import { type ProgressiveRun, runProgressively } from "./progressive.ts";
import { selectRows, type Table } from "./table.ts";

/** Only the newest mails are lived through: four regimes with a dozen models each would take hours of a year's. */
export const PROGRESSIVE_ROWS = 3_000;

/** A new model after a hundred labels, later after a quarter more of them. */
const RETRAIN_EVERY = 100;
const GROWTH = 1.25;

/** Share of the rows after whose labels the control stops to learn. */
const FROZEN_SHARE = 0.25;

const DECISION_THRESHOLD = 0.5;

/** Mails of one point of the learning curve. */
const CURVE_MAILS = 200;

/** One regime: what the learning filter did, beside one that stopped to learn, on the same mails. */
export interface RegimeFigures {
  readonly feedback: Feedback;
  /** Mails judged: all since the control was frozen. */
  readonly judged: number;
  /** Examples learnt in the end. */
  readonly learnt: number;
  readonly learning: Metrics;
  readonly frozen: Metrics;
}

/** A stretch of mails judged one after another under immediate feedback. */
export interface CurvePoint {
  /** Mean number of examples learnt before. */
  readonly learnt: number;
  readonly mails: number;
  readonly accuracy: number | null;
  readonly auc: number | null;
  readonly logLoss: number | null;
  /** Share of the larger class, which an answer that never changes would have right. */
  readonly majority: number;
}

export interface ProgressiveFigures {
  readonly rows: number;
  readonly regimes: readonly RegimeFigures[];
  readonly curve: readonly CurvePoint[];
}

/** @param table in the order of time */
export function progressiveFigures(
  whole: Table,
  learner: Learner,
  seed: number,
): ProgressiveFigures {
  const table = newest(whole, PROGRESSIVE_ROWS);
  const runs = FEEDBACKS.map((feedback) => ({
    feedback,
    run: lifeOf(table, learner, { feedback, seed }),
  }));
  const immediate = runs.find(({ feedback }) => feedback.kind === "immediate");
  return {
    rows: table.rows,
    regimes: runs.flatMap(({ feedback, run }) => regimeOf(table, feedback, run)),
    curve: immediate === undefined ? [] : curveOf(table, immediate.run),
  };
}

function newest(table: Table, rows: number): Table {
  const first = Math.max(table.rows - rows, 0);
  return selectRows(
    table,
    Uint32Array.from({ length: table.rows - first }, (_, row) => first + row),
  );
}

/** Where few labels come, the control is frozen and the models are made after fewer of them. */
function lifeOf(
  table: Table,
  learner: Learner,
  { feedback, seed }: { readonly feedback: Feedback; readonly seed: number },
): ProgressiveRun {
  const share = "share" in feedback ? feedback.share : 1;
  return runProgressively(table, learner, {
    feedback,
    seed,
    retrainEvery: Math.max(Math.round(RETRAIN_EVERY * share), 20),
    growth: GROWTH,
    freezeAt: FROZEN_SHARE * share * table.rows,
  });
}

/** Nothing where too few labels came to freeze a control. */
function regimeOf(table: Table, feedback: Feedback, run: ProgressiveRun): readonly RegimeFigures[] {
  const first = run.frozen.findIndex((probability) => !Number.isNaN(probability));
  if (first < 0) return [];
  const labels = Uint8Array.from(run.rows.slice(first), (row) => table.labels[row] ?? 0);
  const figures = (probabilities: readonly number[]): Metrics => {
    const scored: Scored = { labels, probabilities: Float64Array.from(probabilities.slice(first)) };
    return measure(scored, DECISION_THRESHOLD);
  };
  return [
    {
      feedback,
      judged: labels.length,
      learnt: run.learnt.at(-1) ?? 0,
      learning: figures(run.probabilities),
      frozen: figures(run.frozen),
    },
  ];
}

function curveOf(table: Table, run: ProgressiveRun): readonly CurvePoint[] {
  const points = Math.max(Math.floor(run.rows.length / CURVE_MAILS), 1);
  return Array.from({ length: run.rows.length === 0 ? 0 : points }, (_, point) => {
    const from = Math.floor((run.rows.length * point) / points);
    const to = Math.floor((run.rows.length * (point + 1)) / points);
    const labels = Uint8Array.from(run.rows.slice(from, to), (row) => table.labels[row] ?? 0);
    const probabilities = Float64Array.from(run.probabilities.slice(from, to));
    const { accuracy, auc, logLoss } = measure({ labels, probabilities }, DECISION_THRESHOLD);
    const spam = labels.reduce((sum, label) => sum + label, 0) / labels.length;
    const learnt = run.learnt.slice(from, to).reduce((sum, count) => sum + count, 0) / (to - from);
    return { learnt, mails: to - from, accuracy, auc, logLoss, majority: Math.max(spam, 1 - spam) };
  });
}
