import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explanationOf, sumOf, throughFunction } from "../../../training/learners/explanation.ts";

const EXPLANATION = explanationOf(-1, [2, 0, -0.5], ["a", "b", "c"]);

describe("explanationOf", () => {
  it("leaves out what adds nothing", () => {
    expect(EXPLANATION).toEqual({
      base: -1,
      contributions: [
        { feature: "a", logOdds: 2 },
        { feature: "c", logOdds: -0.5 },
      ],
    });
    expect(sumOf(EXPLANATION)).toBe(0.5);
  });
});

describe("throughFunction", () => {
  it("stretches and shifts with a line", () => {
    expect(throughFunction(EXPLANATION, (logOdds) => 3 * logOdds + 1)).toEqual({
      base: -2,
      contributions: [
        { feature: "a", logOdds: 6 },
        { feature: "c", logOdds: -1.5 },
      ],
    });
  });

  it("adds up to the function of the score, whatever the contributions", () => {
    const share = fc.double({ min: -5, max: 5, noNaN: true });
    const curve = (logOdds: number) => Math.sinh(logOdds / 3) + logOdds;
    fc.assert(
      fc.property(share, fc.array(share, { maxLength: 5 }), (base, shares) => {
        const plain = explanationOf(
          base,
          shares,
          shares.map((_, i) => `f${i}`),
        );
        expect(sumOf(throughFunction(plain, curve))).toBeCloseTo(curve(sumOf(plain)), 4);
      }),
    );
  });

  it("takes the slope where contributions cancel each other", () => {
    const cancelled = explanationOf(1, [2, -2], ["a", "b"]);
    const [a] = throughFunction(cancelled, (logOdds) => logOdds ** 3).contributions;
    expect(a?.logOdds).toBeCloseTo(6, 3);
  });
});
