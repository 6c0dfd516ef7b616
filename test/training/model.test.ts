import { describe, expect, it } from "vitest";
import { modelOf, scoreRows } from "../../training/model.ts";
import { trainOnTable } from "../../training/train.ts";
import { predictorGiving } from "./predictors.ts";
import { mixture, tableFrom } from "./tables.ts";

const { summary } = trainOnTable(mixture({ rows: 40, distance: 1 }), {
  learner: "logistic",
  version: 1,
  time: 0,
}).model;

/** A model whose probability is a tenth of a plus a hundredth of b, or 1 where one of them is missing. */
const model = modelOf({
  learner: "sum",
  version: 7,
  features: ["a", "b"],
  threshold: 0.9,
  summary,
  predictor: predictorGiving(([a = NaN, b = NaN]) => (Number.isNaN(a + b) ? 1 : a / 10 + b / 100)),
});

describe("modelOf", () => {
  it("is named by learner and version", () => {
    expect(model.name).toBe("sum-7");
  });

  it("finds its features by name and ignores others", () => {
    expect(model.probability({ b: 5, other: 99, a: 2 })).toBeCloseTo(0.25, 12);
  });

  it.each([[{ a: 1 }], [{ a: 1, b: null }], [{}]])(
    "takes what is not in %j as missing",
    (vector) => {
      expect(model.probability(vector)).toBe(1);
    },
  );
});

describe("a model's log-odds and explanation", () => {
  it("are the predictor's for the features by name", () => {
    expect(model.logOdds({ b: 5, other: 99, a: 2 })).toBeCloseTo(Math.log(0.25 / 0.75), 12);
    expect(model.explain({ b: 5, other: 99, a: 2 }).base).toBeCloseTo(Math.log(0.25 / 0.75), 12);
  });
});

describe("scoreRows", () => {
  it("judges the rows in their order, whatever the order of the columns", () => {
    const table = tableFrom({ b: [1, 2], other: [9, 9], a: [1, 3] }, [0, 0]);
    expect([...scoreRows(model, table)]).toEqual([0.11, 0.32]);
  });

  it("takes a column that the table lacks as missing", () => {
    expect([...scoreRows(model, tableFrom({ a: [1, 2] }, [0, 0]))]).toEqual([1, 1]);
  });
});
