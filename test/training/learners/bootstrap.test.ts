import { describe, expect, it } from "vitest";
import { Bootstrap, uniformNumbersOf } from "../../../training/learners/bootstrap.ts";

describe("Bootstrap", () => {
  it("draws as many rows as there are, and leaves out about one in e", () => {
    const draws = new Bootstrap(10_000, undefined).draw(uniformNumbersOf(1, 0));
    expect(draws.reduce((sum, times) => sum + times, 0)).toBe(10_000);
    const left = draws.filter((times) => times === 0).length / 10_000;
    expect(Math.abs(left - Math.exp(-1))).toBeLessThan(0.02);
  });

  it("draws rows by their weight", () => {
    const weights = Float64Array.from({ length: 1000 }, (_, row) => (row < 500 ? 1 : 3));
    const draws = new Bootstrap(1000, weights).draw(uniformNumbersOf(1, 0));
    const heavy = draws.subarray(500).reduce((sum, times) => sum + times, 0);
    expect(draws.reduce((sum, times) => sum + times, 0)).toBe(1000);
    expect(Math.abs(heavy - 750)).toBeLessThan(50);
  });
});

describe("uniformNumbersOf", () => {
  it("differs from tree to tree and from seed to seed, and not from call to call", () => {
    const firsts = [0, 1].flatMap((seed) =>
      [0, 1, 2].map((tree) => uniformNumbersOf(seed, tree)()),
    );
    expect(new Set(firsts).size).toBe(6);
    expect(uniformNumbersOf(1, 2)()).toBe(firsts[5]);
  });
});
