import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitScale, scaled } from "../../../training/learners/standardise.ts";
import { anyValue, mixture } from "../tables.ts";

function meanAndDeviation(values: readonly number[]): readonly [number, number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return [mean, Math.sqrt(squares / values.length)];
}

describe("fitScale", () => {
  it("takes values of both signs as they are", () => {
    const scale = fitScale(Float64Array.of(-1, 0, 4));
    expect(scale).toMatchObject({ offset: null, mean: 1, absent: false });
    expect(scale.deviation).toBeCloseTo(Math.sqrt(14 / 3), 12);
  });

  it("takes the logarithm of a quantity with a long tail to the right", () => {
    const { offset, mean } = fitScale(Float64Array.of(1, 10, 100, 1000));
    expect(offset).toBe(1);
    const logarithms = [2, 11, 101, 1001].map(Math.log);
    expect(mean).toBeCloseTo(logarithms.reduce((sum, value) => sum + value) / 4, 12);
  });

  it("takes ln(value + 1) of counts that are mostly 0", () => {
    expect(fitScale(Float64Array.of(0, 0, 0, 1, 0, 3, 1, 0)).offset).toBe(1);
  });

  it("takes no logarithm where the tail is on the left", () => {
    expect(fitScale(Float64Array.of(1, 1, 1, 1, 0)).offset).toBeNull();
  });

  it("leaves missing and infinite values out and remembers that there were some", () => {
    const full = fitScale(Float64Array.of(1, 2, 30));
    const holed = fitScale(Float64Array.of(1, NaN, 2, Infinity, 30, -Infinity));
    expect(holed).toEqual({ ...full, absent: true });
  });

  it.each([
    ["constant", Float64Array.of(0.1, 0.1, 0.1), false],
    ["never observed", Float64Array.of(NaN, NaN), true],
    ["constant where observed", Float64Array.of(7, NaN), true],
  ])("gives no deviation to a column that is %s", (_, column, absent) => {
    const scale = fitScale(column);
    expect(scale).toMatchObject({ deviation: 0, absent });
    expect(scaled(scale, 3)).toBe(0);
  });

  it("does not touch the column", () => {
    const column = Float64Array.of(3, 1, NaN, 2);
    fitScale(column);
    expect(column).toEqual(Float64Array.of(3, 1, NaN, 2));
  });
});

describe("scaled", () => {
  it("gives the training rows mean 0 and deviation 1", () => {
    const [normal = new Float64Array(0)] = mixture({ rows: 500, distance: 0 }).columns;
    for (const column of [normal, normal.map(Math.exp)]) {
      const scale = fitScale(column);
      const [mean, deviation] = meanAndDeviation([...column].map((value) => scaled(scale, value)));
      expect(mean).toBeCloseTo(0, 6);
      expect(deviation).toBeCloseTo(1, 2);
    }
  });

  it("rises with the value", () => {
    const scale = fitScale(Float64Array.of(0, 0.01, 0.2, 5));
    expect(scale.offset).not.toBeNull();
    const values = [-1, 0, 0.1, 1, 4].map((value) => scaled(scale, value));
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    expect(values[0]).toBe(values[1]);
  });

  it("holds any value within five deviations, and takes what is missing for the mean", () => {
    fc.assert(
      fc.property(
        fc.array(anyValue).map(Float64Array.from.bind(Float64Array)),
        anyValue,
        (column, value) => {
          const scale = fitScale(column);
          expect(Number.isFinite(scale.mean) && Number.isFinite(scale.deviation)).toBe(true);
          expect(Math.abs(scaled(scale, value))).toBeLessThanOrEqual(5);
          if (!Number.isFinite(value)) expect(scaled(scale, value)).toBe(0);
        },
      ),
    );
  });
});
