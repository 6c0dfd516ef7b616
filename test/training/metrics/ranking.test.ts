import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  areaUnderRoc,
  recallAtFalsePositiveRate,
  rocCurve,
} from "../../../training/metrics/ranking.ts";
import type { Scored } from "../../../training/metrics/scored.ts";
import { anyScored, scoredRows } from "./scored-rows.ts";

/** The definition itself, pair by pair. */
function areaByPairs({ labels, probabilities }: Scored): number | null {
  const of = (wanted: number) => [...probabilities].filter((_, row) => labels[row] === wanted);
  const pairs = of(1).flatMap((spam) =>
    of(0).map((ham) => (spam > ham ? 1 : spam === ham ? 0.5 : 0) as number),
  );
  return pairs.length === 0 ? null : pairs.reduce((sum, pair) => sum + pair, 0) / pairs.length;
}

describe("rocCurve", () => {
  it("has one point for rows of equal probability", () => {
    const scored = scoredRows([0, 0.2], [1, 0.9], [0, 0.9], [1, 0.4]);
    expect(rocCurve(scored)).toEqual([
      { spam: 0, ham: 0 },
      { spam: 1, ham: 1 },
      { spam: 2, ham: 1 },
      { spam: 2, ham: 2 },
    ]);
  });
});

describe("areaUnderRoc", () => {
  it.each([
    ["1 where each spam is above each ham", scoredRows([1, 0.9], [1, 0.8], [0, 0.7]), 1],
    ["0 where each spam is below each ham", scoredRows([1, 0.1], [0, 0.7]), 0],
    ["a half where all are equal", scoredRows([1, 0.3], [0, 0.3], [0, 0.3]), 0.5],
    ["3/4 where one of four pairs is wrong", scoredRows([1, 4], [0, 3], [1, 2], [0, 1]), 0.75],
    ["7/8 where one of four pairs is a tie", scoredRows([1, 4], [1, 3], [0, 3], [0, 1]), 0.875],
  ])("is %s", (_, scored, area) => {
    expect(areaUnderRoc(scored)).toBe(area);
  });

  it("is null where a class has no rows", () => {
    expect(areaUnderRoc(scoredRows([1, 0.5], [1, 0.7]))).toBeNull();
    expect(areaUnderRoc(scoredRows([0, 0.5]))).toBeNull();
    expect(areaUnderRoc(scoredRows())).toBeNull();
  });

  it("is the share of pairs in the right order, ties counting half", () => {
    fc.assert(
      fc.property(anyScored, (scored) => {
        const expected = areaByPairs(scored);
        const area = areaUnderRoc(scored);
        if (expected === null) expect(area).toBeNull();
        else expect(area).toBeCloseTo(expected, 12);
      }),
    );
  });
});

describe("recallAtFalsePositiveRate", () => {
  const scored = scoredRows([1, 0.9], [0, 0.8], [1, 0.7], [1, 0.6], [0, 0.5], [1, 0.4]);

  it.each([
    [0, 0.25],
    [0.49, 0.25],
    [0.5, 0.75],
    [1, 1],
  ])("at a rate of %d finds %d of the spam", (rate, recall) => {
    expect(recallAtFalsePositiveRate(scored, rate)).toBe(recall);
  });

  it("finds nothing where a ham shares the highest probability", () => {
    expect(recallAtFalsePositiveRate(scoredRows([1, 0.9], [0, 0.9]), 0.01)).toBe(0);
  });

  it("is null where a class has no rows", () => {
    expect(recallAtFalsePositiveRate(scoredRows([1, 0.9]), 0.01)).toBeNull();
    expect(recallAtFalsePositiveRate(scoredRows([0, 0.9]), 0.01)).toBeNull();
  });
});
