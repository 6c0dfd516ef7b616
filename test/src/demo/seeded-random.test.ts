import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { between, exponential, oneOf, seededRandom } from "../../../src/demo/seeded-random.ts";

function numbers(count: number, seed: number, purpose?: string): number[] {
  const random = seededRandom(seed, purpose);
  return Array.from({ length: count }, () => random());
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe("seededRandom", () => {
  it("gives the same numbers for the same seed and purpose", () => {
    fc.assert(
      fc.property(fc.integer(), fc.string(), (seed, purpose) => {
        expect(numbers(5, seed, purpose)).toEqual(numbers(5, seed, purpose));
      }),
    );
  });

  it("gives other numbers for another purpose or another seed", () => {
    expect(numbers(3, 1, "loss")).not.toEqual(numbers(3, 1, "delay"));
    expect(numbers(3, 1, "loss")).not.toEqual(numbers(3, 2, "loss"));
  });

  it("spreads its numbers evenly over 0 to 1", () => {
    const drawn = numbers(20_000, 7);
    const inTenth = (tenth: number): number =>
      drawn.filter((value) => Math.floor(value * 10) === tenth).length;
    for (let tenth = 0; tenth < 10; tenth++) expect(inTenth(tenth)).toBeGreaterThan(1_800);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...drawn)).toBeLessThan(1);
  });
});

describe("draws", () => {
  it("stays between the bounds", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const value = between(seededRandom(seed), 3, 5);
        expect(value).toBeGreaterThanOrEqual(3);
        expect(value).toBeLessThan(5);
      }),
    );
  });

  it("has the mean that was asked for", () => {
    const random = seededRandom(11);
    const waits = Array.from({ length: 20_000 }, () => exponential(random, 40));
    expect(mean(waits)).toBeGreaterThan(38);
    expect(mean(waits)).toBeLessThan(42);
  });

  it("takes each choice now and then", () => {
    const random = seededRandom(3);
    const taken = Array.from({ length: 100 }, () => oneOf(random, ["a", "b", "c"]));
    expect(new Set(taken)).toEqual(new Set(["a", "b", "c"]));
  });
});
