import { describe, expect, it } from "vitest";
import { permutationImportance } from "../../../training/report/permutation-importance.ts";
import { predictorGiving } from "../predictors.ts";
import { mixture } from "../tables.ts";

const table = mixture({ rows: 400, distance: 3 });

describe("permutationImportance", () => {
  const predictor = predictorGiving(([value = 0]) => 1 / (1 + Math.exp(-3 * (value - 1.5))));

  it("is the loss without what a feature tells, and nothing for a feature that is not asked", () => {
    const importance = permutationImportance(predictor, table, 1);
    expect(importance.map(({ feature }) => feature)[0]).toBe("feature_0");
    expect(importance[0]?.lossIncrease).toBeGreaterThan(0.5);
    for (const { lossIncrease } of importance.slice(1)) expect(lossIncrease).toBeCloseTo(0, 12);
  });

  it("leaves the table as it was and depends on nothing but the seed", () => {
    const first = permutationImportance(predictor, table, 7);
    expect(table).toEqual(mixture({ rows: 400, distance: 3 }));
    expect(permutationImportance(predictor, table, 7)).toEqual(first);
    expect(permutationImportance(predictor, table, 8)).not.toEqual(first);
  });

  it("deals out values that are there, and no others", () => {
    const seen = new Set<number>();
    const watching = predictorGiving((values) => {
      values.forEach((value) => seen.add(value));
      return 0.5;
    });
    permutationImportance(watching, table, 1);
    const there = new Set(table.columns.flatMap((column) => [...column]));
    expect([...seen].filter((value) => !there.has(value))).toEqual([]);
  });
});
