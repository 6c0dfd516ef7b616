import { describe, expect, it } from "vitest";
import { binRows } from "../../../training/learners/binned-rows.ts";
import { growForest, OutOfBag } from "../../../training/learners/grow-forest.ts";
import { GrownTree, valueOfRow } from "../../../training/learners/grown-tree.ts";
import { mixture } from "../tables.ts";

const SETTINGS = { trees: 20, minLeaf: 2, maxLeaves: 50 };
const ROWS = binRows(mixture({ rows: 300, distance: 2, missing: 0.1 }), undefined);

describe("growForest", () => {
  it("grows different trees, and the same ones again", () => {
    const trees = growForest(ROWS, SETTINGS, { seed: 1 });
    expect(new Set(trees.map((tree) => tree.splits.join())).size).toBe(20);
    expect(growForest(ROWS, SETTINGS, { seed: 1 })).toEqual(trees);
    expect(growForest(ROWS, SETTINGS, { seed: 2 })).not.toEqual(trees);
  });

  it("grows the first trees alike, however many follow", () => {
    const few = growForest(ROWS, { ...SETTINGS, trees: 3 }, { seed: 1 });
    expect(growForest(ROWS, SETTINGS, { seed: 1 }).slice(0, 3)).toEqual(few);
  });

  it("tells how far it is", () => {
    const told: number[] = [];
    growForest(ROWS, { ...SETTINGS, trees: 4 }, { seed: 1, onProgress: (done) => told.push(done) });
    expect(told).toEqual([0.25, 0.5, 0.75, 1]);
  });
});

describe("OutOfBag", () => {
  it("is the mean of the trees that have not drawn the row", () => {
    const outOfBag = new OutOfBag(ROWS);
    const seen: { tree: GrownTree; draws: Uint16Array }[] = [];
    growForest(ROWS, SETTINGS, {
      seed: 1,
      onTree: (tree, draws) => {
        outOfBag.add(tree, draws);
        seen.push({ tree, draws });
      },
    });
    const probabilities = outOfBag.probabilities();
    [...ROWS.labels.keys()].forEach((row) => {
      const values = seen
        .filter(({ draws }) => draws[row] === 0)
        .map(({ tree }) => valueOfRow(tree, ROWS.columns, row));
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(probabilities[row]).toBeCloseTo(mean, 12);
    });
  });

  it("has no number for a row that every tree has drawn", () => {
    const outOfBag = new OutOfBag(ROWS);
    outOfBag.add(new GrownTree(), new Uint16Array(ROWS.rows).fill(1));
    expect(outOfBag.probabilities().every(Number.isNaN)).toBe(true);
  });
});
