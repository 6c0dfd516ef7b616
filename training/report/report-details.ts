import type { FitOptions, Learner } from "../learners/learner.ts";
import { confusionAt, precision } from "../metrics/decisions.ts";
import { rocCurve } from "../metrics/ranking.ts";
import type { Scored } from "../metrics/scored.ts";
import { progressiveFigures, type ProgressiveFigures } from "../progressive-report.ts";
import { DEFAULT_THRESHOLD } from "../promotion.ts";
import type { TrainingResult } from "../train.ts";
import { type ClassDistribution, classDistribution } from "./class-distribution.ts";
import { type Importance, permutationImportance } from "./permutation-importance.ts";

/** What a report draws beyond its figures, as plain JSON; all of it of the held-out rows. */
export interface ReportDetails {
  readonly curve: readonly CurvePoint[];
  readonly operating: OperatingPoint;
  readonly reliability: readonly ReliabilityBin[];
  /** Mails of each class by score, in bins of equal width. */
  readonly scores: { readonly spam: readonly number[]; readonly ham: readonly number[] };
  readonly importance: readonly Importance[];
  /** Of the most important features. */
  readonly distributions: readonly ClassDistribution[];
  readonly progressive: ProgressiveFigures;
}

/** A point of the ROC and of the precision–recall curve. */
export interface CurvePoint {
  readonly falsePositiveRate: number;
  readonly recall: number;
  /** Null where nothing is called spam. */
  readonly precision: number | null;
}

export interface OperatingPoint extends CurvePoint {
  readonly threshold: number;
}

export interface ReliabilityBin {
  readonly mails: number;
  readonly meanProbability: number;
  readonly shareOfSpam: number;
}

/** Finer than a screen shows. */
const CURVE_POINTS = 200;
const SCORE_BINS = 20;
const RELIABILITY_BINS = 10;
const DRAWN_FEATURES = 6;

export function reportDetails(
  { heldOut, model, table }: TrainingResult,
  learner: Learner,
  options: FitOptions,
): ReportDetails {
  const { judged, predictor, scored } = heldOut;
  const importance = permutationImportance(predictor, judged, options.seed);
  return {
    curve: curveOf(scored),
    operating: operatingPoint(scored, model.threshold ?? DEFAULT_THRESHOLD),
    reliability: reliabilityOf(scored),
    scores: { spam: histogram(scored, 1), ham: histogram(scored, 0) },
    importance,
    distributions: importance
      .slice(0, DRAWN_FEATURES)
      .map(({ feature }) => classDistribution(table, feature)),
    progressive: progressiveFigures(table, learner, options.seed),
  };
}

function curveOf(scored: Scored): readonly CurvePoint[] {
  const points = rocCurve(scored);
  const end = points.at(-1) ?? { spam: 0, ham: 0 };
  const step = Math.max(Math.ceil(points.length / CURVE_POINTS), 1);
  return points
    .filter((_, i) => i % step === 0 || i === points.length - 1)
    .map(({ spam, ham }) => ({
      falsePositiveRate: ham / Math.max(end.ham, 1),
      recall: spam / Math.max(end.spam, 1),
      precision: spam + ham === 0 ? null : spam / (spam + ham),
    }));
}

function operatingPoint(scored: Scored, threshold: number): OperatingPoint {
  const outcomes = confusionAt(scored, threshold);
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = outcomes;
  return {
    threshold,
    falsePositiveRate: falsePositives / Math.max(falsePositives + trueNegatives, 1),
    recall: truePositives / Math.max(truePositives + falseNegatives, 1),
    precision: precision(outcomes),
  };
}

function binAt(probability: number, bins: number): number {
  return Math.min(Math.floor(probability * bins), bins - 1);
}

function reliabilityOf({ labels, probabilities }: Scored): readonly ReliabilityBin[] {
  const bins = Array.from({ length: RELIABILITY_BINS }, () => ({
    mails: 0,
    probability: 0,
    spam: 0,
  }));
  probabilities.forEach((probability, row) => {
    const bin = bins[binAt(probability, RELIABILITY_BINS)];
    if (bin === undefined) return;
    bin.mails += 1;
    bin.probability += probability;
    bin.spam += labels[row] ?? 0;
  });
  return bins
    .filter(({ mails }) => mails > 0)
    .map(({ mails, probability, spam }) => ({
      mails,
      meanProbability: probability / mails,
      shareOfSpam: spam / mails,
    }));
}

function histogram({ labels, probabilities }: Scored, label: number): readonly number[] {
  const counts = Array<number>(SCORE_BINS).fill(0);
  probabilities.forEach((probability, row) => {
    if (labels[row] !== label) return;
    const bin = binAt(probability, SCORE_BINS);
    counts[bin] = (counts[bin] ?? 0) + 1;
  });
  return counts;
}
