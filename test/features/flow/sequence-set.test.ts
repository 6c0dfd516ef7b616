import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_INTERVALS, SequenceSet } from "../../../features/flow/sequence-set.ts";

function setOf(...intervals: readonly (readonly [number, number])[]): SequenceSet {
  const set = new SequenceSet();
  for (const [start, end] of intervals) set.add(start, end);
  return set;
}

describe("SequenceSet.append", () => {
  it("takes what begins where the set ends", () => {
    const set = setOf([0, 10]);
    expect(set.append(10, 20)).toBe(true);
    expect(set.unseen(0, 25)).toEqual([20, 25]);
  });

  it.each([
    ["nothing was seen yet", [] as const, 0],
    ["there is a hole before", [[0, 10]] as const, 11],
    ["it was seen in part", [[0, 10]] as const, 9],
  ])("refuses when %s", (_, seen, start) => {
    expect(setOf(...seen).append(start, start + 5)).toBe(false);
  });
});

describe("SequenceSet.unseen", () => {
  it("gives the holes and what lies beyond, cut to what was asked for", () => {
    const set = setOf([10, 20], [30, 40], [50, 60]);
    expect(set.unseen(0, 100)).toEqual([0, 10, 20, 30, 40, 50, 60, 100]);
    expect(set.unseen(15, 35)).toEqual([20, 30]);
    expect(set.unseen(12, 18)).toEqual([]);
  });

  it("gives nothing back of what filled holes, in whatever order it came", () => {
    expect(setOf([20, 30], [0, 10], [10, 20]).unseen(0, 30)).toEqual([]);
    expect(setOf([20, 30], [0, 10], [5, 25]).unseen(0, 30)).toEqual([]);
  });

  it("agrees with a plain set of numbers", () => {
    const interval = fc
      .tuple(fc.nat(200), fc.nat(30))
      .map(([start, length]) => [start, start + length] as const);
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 60 }), (intervals) => {
        const set = setOf(...intervals);
        const numbers = new Set(intervals.flatMap(([start, end]) => range(start, end)));
        expect(numbersIn(set.unseen(0, 250))).toEqual(range(0, 250).filter((n) => !numbers.has(n)));
        expect(set.firstUnseen(0)).toBe(range(0, 251).find((n) => !numbers.has(n)));
      }),
    );
  });
});

describe("SequenceSet.firstUnseen", () => {
  it("goes over the interval that holds the position and no further", () => {
    const set = setOf([0, 10], [20, 30]);
    expect([0, 9, 10, 20].map((from) => set.firstUnseen(from))).toEqual([10, 10, 10, 30]);
  });
});

describe("the bound of SequenceSet", () => {
  it("is reached without loss", () => {
    const set = everySecond(MAX_INTERVALS);
    expect(set.isInexact).toBe(false);
    expect(set.unseen(0, 2 * MAX_INTERVALS)).toHaveLength(2 * MAX_INTERVALS);
  });

  it("closes the lowest hole and says so when there is one interval too many", () => {
    const set = everySecond(MAX_INTERVALS + 1);
    expect(set.isInexact).toBe(true);
    expect(set.unseen(0, 4)).toEqual([3, 4]);
  });

  it("holds under any number of holes", () => {
    const set = everySecond(20 * MAX_INTERVALS);
    expect(set.unseen(0, 40 * MAX_INTERVALS).length / 2).toBeLessThanOrEqual(MAX_INTERVALS);
    expect(set.top).toBe(40 * MAX_INTERVALS - 1);
  });
});

/** The set of 0, 2, 4 … in so many intervals. */
function everySecond(count: number): SequenceSet {
  return setOf(...range(0, count).map((n) => [2 * n, 2 * n + 1] as const));
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}

function numbersIn(parts: readonly number[]): number[] {
  return parts.flatMap((start, index) =>
    index % 2 === 0 ? range(start, parts[index + 1] ?? 0) : [],
  );
}
