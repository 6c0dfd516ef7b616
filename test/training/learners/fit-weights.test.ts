import { describe, expect, it } from "vitest";
import { type Design, fitWeights } from "../../../training/learners/fit-weights.ts";
import { rowValues } from "../../../training/table.ts";
import { mixture } from "../tables.ts";

/** Rows with a bias column behind them. */
function designOf(rows: readonly (readonly number[])[]): Design {
  return {
    rows: rows.map((row) => Float64Array.of(...row, 1)),
    columns: (rows[0]?.length ?? 0) + 1,
  };
}

function probability(weights: Float64Array, row: Float64Array): number {
  const logOdds = weights.reduce((sum, weight, i) => sum + weight * (row[i] ?? 0), 0);
  return 1 / (1 + Math.exp(-logOdds));
}

/**
 * Gradient of the loss with its prior by calculus: the data's part and, for each weight w but the bias, the
 * derivative of ln(1 + e^(√2 w)) + ln(1 + e^(−√2 w)). It is zero at the best weights and nowhere else.
 */
function gradient(design: Design, labels: Uint8Array, weights: Float64Array): number[] {
  return [...weights].map((weight, column) => {
    const prior = column === design.columns - 1 ? 0 : Math.SQRT2 * Math.tanh(weight / Math.SQRT2);
    return design.rows.reduce((sum, row, i) => {
      return sum + (probability(weights, row) - (labels[i] ?? 0)) * (row[column] ?? 0);
    }, prior);
  });
}

describe("fitWeights", () => {
  it("finds the weights at which the penalised loss is least", () => {
    const table = mixture({ rows: 300, distance: 1.5 });
    const design = designOf(
      Array.from({ length: table.rows }, (_, row) => [...rowValues(table, row)]),
    );
    const weights = fitWeights(design, table.labels);
    for (const slope of gradient(design, table.labels, weights))
      expect(Math.abs(slope) / table.rows).toBeLessThan(1e-4);
  });

  it("is not slowed by columns that nearly repeat each other", () => {
    const table = mixture({ rows: 300, distance: 1.5, features: 2 });
    const design = designOf(
      Array.from({ length: table.rows }, (_, row) => {
        const [a = 0, b = 0] = rowValues(table, row);
        return [a, a + b / 1000, a];
      }),
    );
    const weights = fitWeights(design, table.labels);
    for (const slope of gradient(design, table.labels, weights))
      expect(Math.abs(slope) / table.rows).toBeLessThan(1e-4);
    expect(weights[0]).toBeCloseTo(weights[2] ?? NaN, 6);
  });

  it("gives the log-odds of the classes where there is nothing but the bias", () => {
    const labels = Uint8Array.of(1, 1, 1, 0);
    const [bias] = fitWeights(designOf([[], [], [], []]), labels);
    expect(bias).toBeCloseTo(Math.log(3), 6);
  });

  it("keeps weights finite and of the right sign where the classes do not overlap", () => {
    const rows = Array.from({ length: 40 }, (_, i) => [i < 20 ? -1 : 1]);
    const labels = Uint8Array.from({ length: 40 }, (_, i) => (i < 20 ? 0 : 1));
    const [weight = NaN, bias = NaN] = fitWeights(designOf(rows), labels);
    expect(weight).toBeGreaterThan(2);
    expect(weight).toBeLessThan(6);
    expect(bias).toBeCloseTo(0, 6);
  });
});
