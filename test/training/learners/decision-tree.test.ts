import { describe, expect, it } from "vitest";
import { decisionTree } from "../../../training/learners/decision-tree.ts";
import { tableFrom } from "../tables.ts";

describe("tree", () => {
  const numbers = Array.from({ length: 200 }, (_, row) => row);
  const [a, b] = [numbers.map((row) => row % 2), numbers.map((row) => (row >> 1) % 2)];

  it("sees what no single feature tells: that two differ", () => {
    // Of the four mixtures one is rarer, else no first split would gain anything.
    const rows = numbers.filter((row) => (a[row] ?? 0) + (b[row] ?? 0) < 2 || row % 8 > 3);
    const of = (column: readonly number[]) => rows.map((row) => column[row] ?? 0);
    const labels = rows.map((row) => +(a[row] !== b[row]));
    const predictor = decisionTree.fit(tableFrom({ a: of(a), b: of(b) }, labels), { seed: 1 });
    expect(predictor.probability(Float64Array.of(0, 1))).toBeGreaterThan(0.9);
    expect(predictor.probability(Float64Array.of(1, 0))).toBeGreaterThan(0.9);
    expect(predictor.probability(Float64Array.of(0, 0))).toBeLessThan(0.1);
    expect(predictor.probability(Float64Array.of(1, 1))).toBeLessThan(0.1);
  });

  it("does not part fewer than forty rows", () => {
    const labels = numbers.slice(0, 38).map((row) => +(row >= 19));
    const predictor = decisionTree.fit(tableFrom({ a: numbers.slice(0, 38) }, labels), { seed: 1 });
    expect(predictor.probability(Float64Array.of(0))).toBe(
      predictor.probability(Float64Array.of(37)),
    );
  });
});
