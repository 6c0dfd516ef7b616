import { describe, expect, it } from "vitest";
import { formatReport, type TrainingReport } from "../../training/report.ts";
import { train, trainOnTable } from "../../training/train.ts";
import { mixedExamples } from "./examples.ts";
import { mixture, tableFrom } from "./tables.ts";

const OPTIONS = { learner: "logistic", version: 3, time: 1_764_100_000 };
const METRICS = {
  accuracy: 0.75,
  precision: 0.8,
  recall: 0.6,
  auc: 0.875,
  recallAt1PercentFpr: 0.25,
  logLoss: 0.5,
  brier: 0.1875,
  calibrationError: 0.0625,
};

/** A report with nothing odd in it. */
const REPORT: TrainingReport = {
  model: "logistic-3",
  time: OPTIONS.time,
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
  evaluation: {
    kind: "held-out",
    reason: null,
    learntFrom: 140,
    judged: 60,
    judgedSpam: 25,
    threshold: 0.5,
    metrics: METRICS,
    baseline: { ...METRICS, precision: null },
  },
};

describe("formatReport", () => {
  it("reads well on a terminal", () => {
    expect(formatReport(REPORT).split("\n")).toEqual([
      "model     logistic-3",
      "examples  200 (90 spam, 110 ham), 2025-11-24T16:00Z to 2025-11-25T16:00Z",
      "teacher   people: 90 spam, 110 ham",
      "",
      "Judged on the latest 60 examples (25 spam, 35 ham), learnt from the 140 before them;",
      "spam is what has a probability of 0.5 or more.",
      "                         model  constant",
      "  accuracy               0.750     0.750",
      "  precision              0.800         –",
      "  recall                 0.600     0.600",
      "  AUC                    0.875     0.875",
      "  recall at 1 % FPR      0.250     0.250",
      "  log loss               0.500     0.500",
      "  Brier score            0.188     0.188",
      "  calibration error      0.063     0.063",
      "",
      "Strongest features: what they add to the log-odds on average (+ where greater values speak for spam)",
      "   +1.25  handshake_rtt",
      "   -0.50  rtt_variance",
      "",
    ]);
  });

  it("says that judging on what was learnt from flatters, and why it was done", () => {
    const evaluation = { ...REPORT.evaluation, kind: "in-sample" as const, reason: "too few" };
    expect(formatReport({ ...REPORT, evaluation })).toContain(
      "Judged on the 60 examples (25 spam, 35 ham) it was learnt from, which flatters: too few;",
    );
  });

  it("names what was left out", () => {
    const text = formatReport({ ...REPORT, incomplete: 7, constant: ["a", "b"] });
    expect(text).toContain("left out  7 with an incomplete capture\n");
    expect(text).toContain("constant  a, b\n");
  });

  it("says nothing of teachers and times where they are not known, and says that nothing counts", () => {
    const text = formatReport({ ...REPORT, teachers: null, from: null, to: null, strengths: [] });
    expect(text).toContain("examples  200 (90 spam, 110 ham)\n\n");
    expect(text).toContain("No feature tells spam from ham.");
  });

  it("prints a time that no calendar has as a number", () => {
    expect(formatReport({ ...REPORT, from: -1e300 })).toContain(", -1e+300 s to 2025");
  });
});

describe("reportOf", () => {
  it("tells the same as the model's own summary, as plain JSON", () => {
    const { model, report } = train(mixedExamples({ rows: 100, distance: 2 }), OPTIONS);
    expect(report).toMatchObject({ model: "logistic-3", ...model.summary });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it("has the strongest features first, ten at most", () => {
    const table = mixture({ rows: 200, distance: 2, features: 15 });
    const { strengths } = trainOnTable(table, OPTIONS).report;
    expect(strengths).toHaveLength(10);
    expect(strengths[0]?.feature).toBe("feature_0");
    const sizes = strengths.map(({ logOdds }) => Math.abs(logOdds));
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  });

  it("names features that are the same in every row", () => {
    const labels = Array.from({ length: 40 }, (_, row) => row % 2);
    const columns = {
      same: labels.map(() => 2),
      unseen: labels.map(() => NaN),
      holed: labels.map((_, row) => (row === 1 ? NaN : 2)),
    };
    expect(trainOnTable(tableFrom(columns, labels), OPTIONS).report.constant).toEqual([
      "same",
      "unseen",
    ]);
  });
});
