import { describe, expect, it } from "vitest";
import { accuracy, confusionAt, precision, recall } from "../../../training/metrics/decisions.ts";
import { scoredRows } from "./scored-rows.ts";

const outcomes = {
  truePositives: 3,
  falsePositives: 1,
  trueNegatives: 4,
  falseNegatives: 2,
};
const nothing = { truePositives: 0, falsePositives: 0, trueNegatives: 0, falseNegatives: 0 };

describe("confusionAt", () => {
  it("calls spam what reaches the threshold", () => {
    const scored = scoredRows([1, 0.9], [1, 0.5], [1, 0.49], [0, 0.5], [0, 0.1], [0, 0]);
    expect(confusionAt(scored, 0.5)).toEqual({
      truePositives: 2,
      falsePositives: 1,
      trueNegatives: 2,
      falseNegatives: 1,
    });
  });
});

describe("accuracy", () => {
  it("is the share of right decisions", () => {
    expect(accuracy(outcomes)).toBe(0.7);
  });

  it("is null without rows", () => {
    expect(accuracy(nothing)).toBeNull();
  });
});

describe("precision", () => {
  it("is the share of spam among what is called spam", () => {
    expect(precision(outcomes)).toBe(0.75);
  });

  it("is null where nothing is called spam", () => {
    expect(precision({ ...nothing, trueNegatives: 3, falseNegatives: 1 })).toBeNull();
  });
});

describe("recall", () => {
  it("is the share of the spam that is found", () => {
    expect(recall(outcomes)).toBe(0.6);
  });

  it("is null where there is no spam", () => {
    expect(recall({ ...nothing, trueNegatives: 3, falsePositives: 1 })).toBeNull();
  });
});
