import type { TrainingReport } from "../../../training/report.ts";

export const METRICS = {
  accuracy: 0.75,
  precision: 0.8,
  recall: 0.6,
  auc: 0.875,
  recallAt1PercentFpr: 0.25,
  recallAt5PercentFpr: 0.5,
  logLoss: 0.5,
  brier: 0.1875,
  calibrationError: 0.0625,
};

/** A report with nothing odd in it. */
export const REPORT: TrainingReport = {
  model: "logistic-3",
  time: 1_764_100_000,
  examples: 200,
  spam: 90,
  ham: 110,
  from: 1_764_000_000,
  to: 1_764_086_400,
  teachers: { people: { spam: 90, ham: 110 } },
  incomplete: 0,
  constant: [],
  strengths: [
    { feature: "handshake_rtt", logOdds: 1.25 },
    { feature: "rtt_variance", logOdds: -0.5 },
  ],
  thresholdChoice: null,
  distributions: null,
  evaluation: {
    kind: "held-out",
    reason: null,
    learntFrom: 140,
    judged: 60,
    judgedSpam: 25,
    threshold: 0.5,
    metrics: METRICS,
    intervals: {
      accuracy: { low: 0.64, high: 0.85 },
      auc: { low: 0.78, high: 0.95 },
      recallAt1PercentFpr: null,
      logLoss: { low: 0.4, high: 0.6 },
      brier: { low: 0.15, high: 0.23 },
    },
    baseline: { ...METRICS, precision: null },
    unseenSenders: null,
  },
};
