import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logOddsOf, probabilityOf } from "../../training/log-odds.ts";

describe("log-odds", () => {
  it("are the probability's, and back", () => {
    expect(logOddsOf(0.75, 0)).toBeCloseTo(Math.log(3), 12);
    fc.assert(
      fc.property(fc.double({ min: -30, max: 30, noNaN: true }), (logOdds) => {
        expect(logOddsOf(probabilityOf(logOdds), 0)).toBeCloseTo(logOdds, 2);
      }),
    );
  });

  it.each([
    [0, -Math.log(99)],
    [1, Math.log(99)],
    [0.5, 0],
  ])("stay finite at the probability %d", (probability, expected) => {
    expect(logOddsOf(probability, 0.01)).toBeCloseTo(expected, 12);
  });

  it.each([
    [-1e300, 0],
    [1e300, 1],
  ])("of %d are a probability too", (logOdds, expected) => {
    expect(probabilityOf(logOdds)).toBe(expected);
  });
});
