import { describe, expect, it } from "vitest";
import { linearLogistic } from "../../../training/learners/linear-logistic.ts";
import { measure } from "../../../training/metrics/measure.ts";
import { rowValues, type Table } from "../../../training/table.ts";
import { mixture, tableFrom } from "../tables.ts";

const OPTIONS = { seed: 1 };

function aucOf(learntFrom: Table, judged: Table): number | null {
  const predictor = linearLogistic.fit(learntFrom, OPTIONS);
  const probabilities = Float64Array.from(judged.labels, (_, row) =>
    predictor.probability(rowValues(judged, row)),
  );
  return measure({ labels: judged.labels, probabilities }, 0.5).auc;
}

/** The same rows with the exponential of every value: long tails, the same order. */
function exponentials(table: Table): Table {
  return { ...table, columns: table.columns.map((column) => column.map(Math.exp)) };
}

const named = (pattern: RegExp) =>
  expect.objectContaining({
    fault: "bad-model",
    message: expect.stringMatching(pattern) as unknown,
  }) as unknown;

describe("logistic-linear", () => {
  it("comes close to the best that the data allow", () => {
    // Two normals 2 deviations apart: no rule ranks better than Φ(√2) = 0.921.
    const auc = aucOf(
      mixture({ rows: 400, distance: 2 }),
      mixture({ rows: 2000, distance: 2, seed: 2 }),
    );
    expect(auc).toBeGreaterThan(0.905);
  });

  it("does as well on the exponentials, because it takes their logarithms", () => {
    const [train, test] = [
      mixture({ rows: 400, distance: 2 }),
      mixture({ rows: 1000, distance: 2, seed: 2 }),
    ];
    const plain = aucOf(train, test) ?? NaN;
    expect(aucOf(exponentials(train), exponentials(test))).toBeGreaterThan(plain - 0.015);
  });

  it("gives the share of spam where no feature says anything", () => {
    const table = tableFrom({ constant: [5, 5, 5, 5], unseen: [NaN, NaN, NaN, NaN] }, [1, 0, 0, 0]);
    const predictor = linearLogistic.fit(table, OPTIONS);
    expect(predictor.probability(Float64Array.of(5, NaN))).toBeCloseTo(0.25, 2);
    expect(predictor.probability(Float64Array.of(99, NaN))).toBeCloseTo(0.25, 2);
  });

  it("learns from the absence of a value", () => {
    const labels = Array.from({ length: 60 }, (_, row) => row % 2);
    const values = labels.map((label, row) => (label === 1 && row % 3 > 0 ? NaN : row));
    const predictor = linearLogistic.fit(tableFrom({ rtt: values }, labels), OPTIONS);
    expect(predictor.probability(Float64Array.of(NaN))).toBeGreaterThan(0.8);
    expect(predictor.probability(Float64Array.of(30))).toBeLessThan(0.5);
    expect(predictor.explain(Float64Array.of(NaN)).contributions).toEqual([
      { feature: "rtt", logOdds: expect.any(Number) as unknown },
    ]);
  });

  it("tells how much each feature counts, with its sign, and is silent on those that do not", () => {
    const base = mixture({ rows: 300, distance: 3, features: 2 });
    const table = {
      ...base,
      names: [...base.names, "constant"],
      columns: [...base.columns, new Float64Array(base.rows).fill(1)],
    };
    const { contributions } = linearLogistic.fit(table, OPTIONS).explain(Float64Array.of(3, 1, 1));
    expect(contributions.map(({ feature }) => feature)).toEqual(["feature_0", "feature_1"]);
    expect(contributions[0]?.logOdds).toBeGreaterThan(1);
    expect(Math.abs(contributions[1]?.logOdds ?? NaN)).toBeLessThan(0.7);
  });

  it("learns from a part of very many rows, drawn by the seed, and loses little by it", () => {
    const table = mixture({ rows: 11_000, distance: 1, features: 1 });
    const logOddsFor = (seed: number) =>
      linearLogistic.fit(table, { seed }).logOdds(Float64Array.of(2));
    const [first, second] = [logOddsFor(1), logOddsFor(2)];
    expect(first).not.toBe(second);
    expect(Math.abs(first - second)).toBeLessThan(0.1);
  });

  it.each([
    ["no object", 7, /^parameters\.Invalid input|^parameters: /],
    ["no terms", { bias: 0 }, /^parameters\.terms: /],
    ["a bias that is no number", { bias: "0", terms: [] }, /^parameters\.bias: /],
    ["a weight that no fit reaches", { bias: 1e300, terms: [] }, /^parameters\.bias: /],
    ["too few terms", { bias: 0, terms: [] }, /^parameters\.terms: 0 terms for 1 features$/],
    [
      "a logarithm of nothing",
      {
        bias: 0,
        terms: [{ offset: 0, mean: 0, deviation: 1, absent: false, weight: 1, absenceWeight: 0 }],
      },
      /^parameters\.terms\[0\]\.offset: /,
    ],
  ])("refuses parameters with %s and names the key", (_, parameters, message) => {
    expect(() => linearLogistic.restore(parameters, ["rtt"])).toThrow(named(message));
  });
});
