import { describe, expect, it } from "vitest";
import { GrownTree, goesLeft, valueOfRow } from "../../../training/learners/grown-tree.ts";

/** Feature 1 up to bin 4 or missing: 0.1; else feature 0 up to bin 9: 0.5, above it or missing: 0.9. */
function smallTree(): GrownTree {
  const tree = new GrownTree();
  const root = tree.addLeaf(0.4);
  const [, right] = tree.split(root, { feature: 1, bin: 4, missingGoesLeft: true }, [0.1, 0.7]);
  tree.split(right, { feature: 0, bin: 9, missingGoesLeft: false }, [0.5, 0.9]);
  return tree;
}

describe("GrownTree", () => {
  it("is asked from the root to a leaf", () => {
    const columns = [Uint8Array.of(0, 9, 10, 255), Uint8Array.of(4, 5, 5, 200)];
    const values = [0, 1, 2, 3].map((row) => valueOfRow(smallTree(), columns, row));
    expect(values).toEqual([0.1, 0.5, 0.9, 0.9]);
  });

  it("sends missing values where the split says", () => {
    expect(valueOfRow(smallTree(), [Uint8Array.of(0), Uint8Array.of(255)], 0)).toBe(0.1);
  });

  it("knows its leaves", () => {
    const tree = smallTree();
    expect([0, 1, 2, 3, 4].map((node) => tree.isLeaf(node))).toEqual([
      false,
      true,
      false,
      true,
      true,
    ]);
  });
});

describe("goesLeft", () => {
  it("is up to the bin, and for missing values what the split says", () => {
    const tree = smallTree();
    const [first = 0, , second = 0] = tree.splits;
    expect([4, 5, 255].map((bin) => goesLeft(first, bin))).toEqual([true, false, true]);
    expect([9, 10, 255].map((bin) => goesLeft(second, bin))).toEqual([true, false, false]);
  });
});
