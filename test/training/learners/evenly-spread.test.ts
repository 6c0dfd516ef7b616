import { describe, expect, it } from "vitest";
import { evenlySpread } from "../../../training/learners/evenly-spread.ts";

describe("evenlySpread", () => {
  it.each([
    [3, 10, [0, 1, 2]],
    [10, 3, [0, 3, 6]],
    [0, 5, []],
  ])("takes of %d rows at most %d", (count, limit, expected) => {
    expect(evenlySpread(count, limit)).toEqual(expected);
  });
});
