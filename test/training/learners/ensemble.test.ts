import { describe, expect, it } from "vitest";
import {
  type Ensemble,
  sharesOfFeatures,
  sumOfRoots,
  sumOfTrees,
} from "../../../training/learners/ensemble.ts";
import { FEATURE_SHIFT, MISSING_LEFT } from "../../../training/learners/grown-tree.ts";

/**
 * A tree that is a leaf of 3, and one that asks feature 1 (up to bin 5 or missing: −4), then feature 0 (up to bin 2:
 * 6, above it or missing: 10); values in halves.
 */
const ENSEMBLE: Ensemble = {
  roots: Int32Array.of(0, 1),
  splits: Int32Array.of(0, (1 << FEATURE_SHIFT) | MISSING_LEFT | 5, 0, 2, 0, 0),
  right: Int32Array.of(0, 3, 0, 5, 0, 0),
  values: Int16Array.of(3, 1, -4, 8, 6, 10),
  unit: 0.5,
};

describe("an ensemble", () => {
  it.each([
    ["left", [0, 5], 3 - 4],
    ["left for a missing value", [0, 255], 3 - 4],
    ["right, then left", [2, 6], 3 + 6],
    ["right, then right", [3, 6], 3 + 10],
    ["right for a missing value", [255, 6], 3 + 10],
  ])("goes %s", (_, bins, halves) => {
    expect(sumOfTrees(ENSEMBLE, Uint8Array.from(bins))).toBe(halves / 2);
  });

  it("says at its roots what it knows before it asks", () => {
    expect(sumOfRoots(ENSEMBLE)).toBe(2);
  });

  it("charges each step to the feature that was asked", () => {
    expect([...sharesOfFeatures(ENSEMBLE, Uint8Array.of(3, 6))]).toEqual([1, 3.5]);
    expect([...sharesOfFeatures(ENSEMBLE, Uint8Array.of(3, 5))]).toEqual([0, -2.5]);
  });
});
