import { describe, expect, it } from "vitest";
import { naiveBayes } from "../../../training/learners/naive-bayes.ts";
import { tableFrom } from "../tables.ts";

const OPTIONS = { seed: 1 };

describe("naive-bayes", () => {
  it("adds up what each bin says by itself", () => {
    const labels = Array.from({ length: 80 }, (_, row) => row % 2);
    // Of the high ones three in four are spam, of the low ones one in four.
    const high = labels.map((label, row) => (row % 8 < 2 ? 1 - label : label));
    const predictor = naiveBayes.fit(tableFrom({ a: high, b: high }, labels), OPTIONS);
    // 30 of 40, with one row of two counted in for each class.
    const evidence = Math.log(31 / 11);
    expect(predictor.logOdds(Float64Array.of(1, 1))).toBeCloseTo(2 * evidence, 10);
    expect(predictor.logOdds(Float64Array.of(1, 0))).toBeCloseTo(0, 10);
    expect(predictor.explain(Float64Array.of(0, 1))).toEqual({
      base: 0,
      contributions: [
        { feature: "a", logOdds: expect.closeTo(-evidence, 10) as unknown },
        { feature: "b", logOdds: expect.closeTo(evidence, 10) as unknown },
      ],
    });
  });

  it("is not sure of a value that it has seen in one class only", () => {
    const labels = [0, 0, 0, 0, 0, 0, 0, 1, 1, 1];
    const predictor = naiveBayes.fit(tableFrom({ a: labels }, labels), OPTIONS);
    expect(predictor.probability(Float64Array.of(1))).toBeLessThan(0.95);
    expect(predictor.probability(Float64Array.of(1))).toBeGreaterThan(0.7);
  });
});
