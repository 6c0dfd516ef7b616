import { describe, expect, it } from "vitest";
import { formatReport } from "../../../training/report/text-report.ts";
import { METRICS, REPORT } from "./sample-report.ts";

describe("formatReport", () => {
  it("reads well on a terminal", () => {
    expect(formatReport(REPORT).split("\n")).toEqual([
      "model      logistic-3",
      "examples   200 (90 spam, 110 ham), 2025-11-24T16:00Z to 2025-11-25T16:00Z",
      "teacher    people: 90 spam, 110 ham",
      "",
      "Judged on the latest 60 examples (25 spam, 35 ham), learnt from the 140 before them;",
      "spam is what has a probability of 0.5 or more.",
      "                         model  95 % interval  constant",
      "  accuracy               0.750    0.640–0.850     0.750",
      "  precision              0.800                        –",
      "  recall                 0.600                    0.600",
      "  AUC                    0.875    0.780–0.950     0.875",
      "  (1 − AUC) %           12.500                   12.500",
      "  recall at 1 % FPR      0.250                    0.250",
      "  recall at 5 % FPR      0.500                    0.500",
      "  log loss               0.500    0.400–0.600     0.500",
      "  Brier score            0.188    0.150–0.230     0.188",
      "  calibration error      0.063                    0.063",
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
    expect(text).toContain("left out   7 with an incomplete capture\n");
    expect(text).toContain("constant   a, b\n");
  });

  it("says nothing of teachers and times where they are not known, and says that nothing counts", () => {
    const text = formatReport({ ...REPORT, teachers: null, from: null, to: null, strengths: [] });
    expect(text).toContain("examples   200 (90 spam, 110 ham)\n\n");
    expect(text).toContain("No feature tells spam from ham.");
  });

  it("sets beside them the figures on unseen senders", () => {
    const unseenSenders = { kind: "judged", learntFrom: 80, metrics: METRICS } as const;
    const text = formatReport({ ...REPORT, evaluation: { ...REPORT.evaluation, unseenSenders } });
    expect(text).toContain("learnt from the 80 of other senders alone.\n");
    expect(text).toMatch(/model {2}95 % interval {2}constant {3}unseen\n/);
    expect(text).toMatch(/ {2}recall +0\.600 +0\.600 +0\.600\n/);
  });

  it("says why unseen senders could not be judged", () => {
    const unseenSenders = { kind: "not-judged", reason: "no others" } as const;
    const text = formatReport({ ...REPORT, evaluation: { ...REPORT.evaluation, unseenSenders } });
    expect(text).toContain("Unseen senders could not be judged: no others.");
  });

  it.each([
    [
      {
        maxFpr: 0.001,
        threshold: 0.932,
        ham: 3100,
        falsePositives: 0,
        upperBound: 0.00096,
        missingHam: 0,
      },
      "0.932: 0 of 3100 ham reach it, so at most 0.096 % of all (95 %)",
    ],
    [
      {
        maxFpr: 0.001,
        threshold: null,
        ham: 95,
        falsePositives: 0,
        upperBound: 1,
        missingHam: 2900,
      },
      "none: a false-positive rate of 0.001 takes 2995 ham; there were 95, so 2900 are missing",
    ],
  ])("tells of the threshold %j", (thresholdChoice, expected) => {
    expect(formatReport({ ...REPORT, thresholdChoice })).toContain(`threshold  ${expected}\n`);
  });

  it("prints a time that no calendar has as a number", () => {
    expect(formatReport({ ...REPORT, from: -1e300 })).toContain(", -1e+300 s to 2025");
  });
});
