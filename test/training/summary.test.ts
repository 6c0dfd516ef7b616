import { describe, expect, it } from "vitest";
import { TRAINING_SUMMARY } from "../../training/summary.ts";
import { train, trainOnTable } from "../../training/train.ts";
import { mixedExamples } from "./examples.ts";
import { mixture } from "./tables.ts";

const options = { learner: "logistic", version: 1, time: 1_764_000_000 };
const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("TRAINING_SUMMARY", () => {
  it.each([
    ["examples", train(mixedExamples({ rows: 100, distance: 2 }), options)],
    ["a table", trainOnTable(mixture({ rows: 100, distance: 2 }), options)],
    ["few examples", train(mixedExamples({ rows: 40, distance: 2 }), options)],
  ])("takes what a training on %s has written", (_, { model }) => {
    expect(TRAINING_SUMMARY.parse(json(model.summary))).toEqual(model.summary);
  });

  it("refuses a count that is no whole number", () => {
    const { model } = trainOnTable(mixture({ rows: 100, distance: 2 }), options);
    expect(TRAINING_SUMMARY.safeParse({ ...model.summary, spam: 1.5 }).success).toBe(false);
  });
});
