import { describe, expect, it } from "vitest";
import { explanationOf } from "../../../training/learners/explanation.ts";
import type { Predictor } from "../../../training/learners/learner.ts";
import { strengthsOf } from "../../../training/learners/strengths.ts";
import { predictorGiving } from "../predictors.ts";
import { tableFrom } from "../tables.ts";

/** Adds what `share` makes of each value. */
function adding(share: (value: number, feature: number) => number): Predictor {
  return {
    ...predictorGiving(() => 0.5),
    explain: (values) => explanationOf(0, values.map(share), ["a", "b"]),
  };
}

const TABLE = tableFrom({ a: [1, 2, 3, 4], b: [4, 3, NaN, 2] }, [0, 1, 0, 1]);

describe("strengthsOf", () => {
  it("is the mean distance of the contributions from their mean, with the sign of the direction", () => {
    const strengths = strengthsOf(
      adding((value, feature) => (Number.isNaN(value) ? 0 : feature === 0 ? value : -value)),
      TABLE,
    );
    expect(strengths).toEqual([
      { feature: "a", logOdds: 1 },
      { feature: "b", logOdds: -1.25 },
    ]);
  });

  it("is silent on features that add the same to every row", () => {
    expect(
      strengthsOf(
        adding((_, feature) => 1 - feature),
        TABLE,
      ),
    ).toEqual([]);
  });
});
