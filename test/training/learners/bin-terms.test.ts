import { describe, expect, it } from "vitest";
import { predictorOnTerms, restoreTerms } from "../../../training/learners/bin-terms.ts";

const TERMS = {
  bias: 1,
  terms: [
    { edges: [10], weights: [0.5, -2], absence: 4 },
    { edges: [], weights: [0], absence: 0.25 },
  ],
};
const NAMES = ["a", "b"];

describe("predictorOnTerms", () => {
  const predictor = predictorOnTerms(TERMS, NAMES);

  it.each([
    ["a low value", [10, 7], 1.5],
    ["a high value", [11, 7], -1],
    ["a missing value", [NaN, NaN], 5.25],
    ["no values at all", [], 5.25],
  ])("adds up the weights of the bins of %s", (_, values, expected) => {
    expect(predictor.logOdds(Float64Array.from(values))).toBe(expected);
  });

  it("explains by the weights, and is silent on those that are zero", () => {
    expect(predictor.explain(Float64Array.of(11, 7))).toEqual({
      base: 1,
      contributions: [{ feature: "a", logOdds: -2 }],
    });
  });
});

describe("restoreTerms", () => {
  it("judges as what was saved did", () => {
    const json: unknown = JSON.parse(JSON.stringify(predictorOnTerms(TERMS, NAMES).parameters()));
    expect(restoreTerms(json, NAMES).logOdds(Float64Array.of(11, 7))).toBe(-1);
  });
});
