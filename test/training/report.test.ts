import { describe, expect, it } from "vitest";
import { trainOnTable, train } from "../../training/train.ts";
import { mixedExamples } from "./examples.ts";
import { mixture, tableFrom } from "./tables.ts";

const OPTIONS = { learner: "logistic", version: 3, time: 1_764_100_000 };

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
