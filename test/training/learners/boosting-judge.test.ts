import { describe, expect, it } from "vitest";
import { boostingJudge } from "../../../training/learners/boosting-judge.ts";
import type { Ensemble } from "../../../training/learners/ensemble.ts";

/** One tree: −1 up to bin 4 of the only feature, 2 above it, 0.5 at the root. */
const ENSEMBLE: Ensemble = {
  roots: Int32Array.of(0),
  splits: Int32Array.of(4, 0, 0),
  right: Int32Array.of(2, 0, 0),
  values: Int16Array.of(1, -2, 4),
  unit: 0.5,
};

describe("boostingJudge", () => {
  const judge = boostingJudge(-3, ENSEMBLE, ["a"]);

  it("adds to its base what the trees say", () => {
    expect(judge.logOdds(Uint8Array.of(4))).toBe(-4);
    expect(judge.logOdds(Uint8Array.of(5))).toBe(-1);
  });

  it("explains from the base and the roots on", () => {
    expect(judge.explain(Uint8Array.of(5))).toEqual({
      base: -2.5,
      contributions: [{ feature: "a", logOdds: 1.5 }],
    });
  });
});
