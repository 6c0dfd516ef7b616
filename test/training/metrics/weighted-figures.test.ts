import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { measure } from "../../../training/metrics/measure.ts";
import { WeightedFigures } from "../../../training/metrics/weighted-figures.ts";

/** Rows of both classes with few distinct probabilities, so that many are tied, each with a small weight. */
const rows = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 10 }), fc.nat(3)), {
    minLength: 1,
    maxLength: 40,
  })
  .map((some) => [...some, [0, 3, 1], [1, 7, 1]] as const);

function scoredOf(some: readonly (readonly [number, number, number])[]) {
  return {
    labels: Uint8Array.from(some, ([label]) => label),
    probabilities: Float64Array.from(some, ([, tenths]) => tenths / 10),
  };
}

describe("WeightedFigures", () => {
  it("gives the figures of a table that holds each row as often as its weight says", () => {
    fc.assert(
      fc.property(rows, (some) => {
        const repeated = some.flatMap((row) => Array<typeof row>(row[2]).fill(row));
        const weights = some.map(([, , weight]) => weight);
        const expected = measure(scoredOf(repeated), 0.5);
        const figures = new WeightedFigures(scoredOf(some), 0.5).of(weights);
        for (const [name, value] of Object.entries(figures) as [keyof typeof figures, number][]) {
          expect(value, name).toBeCloseTo(expected[name] ?? NaN, 9);
        }
      }),
    );
  });

  it("is not a number where the weights leave a class without rows", () => {
    const figures = new WeightedFigures(scoredOf([[1, 9, 1], [0, 1, 1]]), 0.5); // prettier-ignore
    expect(figures.of([1, 0])).toMatchObject({ auc: NaN, accuracy: 1 });
  });
});
