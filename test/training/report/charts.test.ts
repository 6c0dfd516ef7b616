import { describe, expect, it } from "vitest";
import { distributionChart, scoreChart } from "../../../training/report/bar-charts.ts";
import {
  precisionRecallChart,
  reliabilityChart,
  rocChart,
} from "../../../training/report/curve-charts.ts";
import { importanceChart, learningCurveChart } from "../../../training/report/learning-charts.ts";
import { PLOT_HEIGHT, PLOT_WIDTH } from "../../../training/report/plot-frame.ts";
import { DETAILS } from "./sample-details.ts";

const [
  distribution = { feature: "", edges: [], spam: [], ham: [], spamMissing: 0, hamMissing: 0 },
] = DETAILS.distributions;

const CHARTS: readonly (readonly [string, string])[] = [
  ["ROC", rocChart(DETAILS)],
  ["precision and recall", precisionRecallChart(DETAILS, 0.4)],
  ["reliability", reliabilityChart(DETAILS)],
  ["scores", scoreChart(DETAILS)],
  ["learning curve", learningCurveChart(DETAILS)],
  ["importance", importanceChart(DETAILS)],
  ["distribution", distributionChart(distribution)],
];

function numbersOf(markup: string, attribute: string): readonly number[] {
  return [...markup.matchAll(new RegExp(` ${attribute}="(-?[\\d.]+)"`, "g"))].map(([, value]) =>
    Number(value),
  );
}

function pointsOf(markup: string): readonly (readonly number[])[] {
  return [...markup.matchAll(/ points="([^"]*)"/g)].flatMap(([, points = ""]) =>
    points
      .split(" ")
      .filter(Boolean)
      .map((point) => point.split(",").map(Number)),
  );
}

describe("every chart", () => {
  it.each(CHARTS)("of %s has only finite numbers and stays inside its frame", (_, markup) => {
    expect(markup).not.toMatch(/NaN|Infinity|undefined|null/);
    for (const [x = -1, y = -1] of pointsOf(markup)) {
      expect(x).toSatisfy((at: number) => at >= 0 && at <= PLOT_WIDTH);
      expect(y).toSatisfy((at: number) => at >= 0 && at <= PLOT_HEIGHT);
    }
    for (const size of [...numbersOf(markup, "width"), ...numbersOf(markup, "height")])
      expect(size).toBeGreaterThanOrEqual(0);
  });
});

describe("rocChart", () => {
  it("names the threshold beside its point and in words", () => {
    const markup = rocChart(DETAILS);
    expect(markup.match(/0\.800/g)?.length).toBeGreaterThanOrEqual(2);
    expect(markup).toContain('class="point"');
  });
});

describe("scoreChart", () => {
  it("has a bar of each class for each bin, as high as its mails are many", () => {
    const markup = scoreChart(DETAILS);
    expect(markup.match(/class="spam"/g)).toHaveLength(20);
    expect(markup.match(/class="ham"/g)).toHaveLength(20);
    const heights = numbersOf(markup, "height");
    const all = DETAILS.scores.spam.flatMap((spam, i) => [spam, DETAILS.scores.ham[i] ?? 0]);
    const unit = Math.max(...heights) / Math.max(...all);
    heights.forEach((height, i) => {
      expect(height).toBeCloseTo((all[i] ?? 0) * unit, 1);
    });
  });
});

describe("importanceChart", () => {
  it("has the most valuable feature first and shortens a long name", () => {
    const importance = [
      { feature: "a".repeat(80), lossIncrease: 0.2 },
      { feature: "harmful", lossIncrease: -0.1 },
    ];
    const markup = importanceChart({ ...DETAILS, importance });
    expect(markup).toContain(`${"a".repeat(29)}…`);
    const [first = 0, second] = numbersOf(markup, "width");
    expect(first).toBeGreaterThan(50);
    expect(second).toBe(0);
  });
});
