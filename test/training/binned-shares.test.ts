import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quantileEdges, sharesOf } from "../../training/binned-shares.ts";
import { anyValue } from "./tables.ts";

const rising = Float64Array.from({ length: 1000 }, (_, i) => i);

describe("quantileEdges", () => {
  it("cuts into bins of equally many values", () => {
    const edges = quantileEdges(rising, 10);
    expect(edges).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900]);
    expect(sharesOf(rising, edges).shares).toEqual(Array(10).fill(0.1));
  });

  it("gives a value that is there very often a bin of its own", () => {
    const zeros = Float64Array.from([...Array<number>(90).fill(0), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const edges = quantileEdges(zeros, 20);
    expect(edges).toEqual([1, 6]);
    expect(sharesOf(zeros, edges).shares).toEqual([0.9, 0.05, 0.05]);
  });

  it("has none for a constant or for nothing", () => {
    expect(quantileEdges(new Float64Array(50), 10)).toEqual([]);
    expect(quantileEdges(Float64Array.of(NaN, NaN), 10)).toEqual([]);
  });

  it("finds nearly the same in many values", () => {
    const many = Float64Array.from({ length: 200_000 }, (_, i) => (i * 7919) % 200_000);
    quantileEdges(many, 4).forEach((edge, i) => {
      expect(Math.abs(edge - 50_000 * (i + 1))).toBeLessThan(1000);
    });
  });
});

describe("sharesOf", () => {
  it("adds up to one with the missing ones, whatever the values", () => {
    const values = fc.array(anyValue, { minLength: 1 });
    fc.assert(
      fc.property(values, values, (some, others) => {
        const edges = quantileEdges(Float64Array.from(others), 8);
        const { shares, missing } = sharesOf(Float64Array.from(some), edges);
        expect(shares).toHaveLength(edges.length + 1);
        expect(shares.reduce((sum, share) => sum + share, missing)).toBeCloseTo(1, 9);
      }),
    );
  });

  it("puts a border value into the upper bin", () => {
    expect(sharesOf(Float64Array.of(1, 2, 3, NaN), [2, 3])).toEqual({
      shares: [0.25, 0.25, 0.25],
      missing: 0.25,
    });
  });
});
