import { describe, expect, it } from "vitest";
import { binRows } from "../../../training/learners/binned-rows.ts";
import { BoostedTreeGrower, type NodeRows } from "../../../training/learners/boosted-tree.ts";
import { packFor, packGradients } from "../../../training/learners/gradient-pack.ts";
import { FEATURE_SHIFT, goesLeft, type GrownTree } from "../../../training/learners/grown-tree.ts";
import { mixture } from "../tables.ts";

const ROWS = binRows(mixture({ rows: 300, distance: 2, missing: 0.2, features: 5 }), undefined);

/** One tree on the gradients of the first round: ±1/2, with hessians of 1/4. */
function grown(maxLeaves: number): {
  readonly tree: GrownTree;
  readonly nodes: readonly NodeRows[];
  readonly grower: BoostedTreeGrower;
} {
  const grower = new BoostedTreeGrower(ROWS, ROWS.byName, { maxLeaves, minLeaf: 5, l2: 1 });
  const gradients = Float64Array.from(ROWS.labels, (label) => 0.5 - label);
  const hessians = new Float64Array(ROWS.rows).fill(0.25);
  const pack = packFor(ROWS.rows, { gradient: 0.5, hessian: 0.25 });
  packGradients({ gradients, hessians }, pack, grower.partition.weights, () => 0.5);
  grower.partition.rows.set([...ROWS.labels.keys()]);
  return { ...grower.grow(ROWS.rows, pack), grower };
}

function rowsOf({ start, end }: NodeRows, grower: BoostedTreeGrower): readonly number[] {
  return [...grower.partition.rows.subarray(start, end)].toSorted((a, b) => a - b);
}

describe("BoostedTreeGrower", () => {
  const { tree, nodes, grower } = grown(12);
  const rowsByNode = new Map(nodes.map((node) => [node.node, rowsOf(node, grower)]));

  it("tells of every node which rows it has", () => {
    expect(nodes).toHaveLength(tree.splits.length);
    expect(rowsByNode.get(0)).toEqual([...ROWS.labels.keys()]);
  });

  it("parts the rows of each node as its split says", () => {
    tree.splits.forEach((split, node) => {
      if (split < 0) return;
      const column = ROWS.columns[split >> FEATURE_SHIFT];
      const isLeft = (row: number) => goesLeft(split, column?.[row] ?? 0);
      const rows = rowsByNode.get(node) ?? [];
      expect(rowsByNode.get(tree.left[node] ?? 0)).toEqual(rows.filter(isLeft));
      expect(rowsByNode.get(tree.right[node] ?? 0)).toEqual(rows.filter((row) => !isLeft(row)));
    });
  });

  it("makes no leaf smaller than it may be", () => {
    // All hessians are alike here, so that their share tells the rows exactly.
    for (const rows of rowsByNode.values()) expect(rows.length).toBeGreaterThanOrEqual(5);
  });

  it("grows the same branches first with fewer leaves", () => {
    expect(grown(4).tree.splits.filter((split) => split >= 0)).toEqual(
      grown(12)
        .tree.splits.slice(0, 7)
        .filter((_, node) => !grown(4).tree.isLeaf(node)),
    );
    expect(grown(1).tree.splits).toEqual([-1]);
  });
});
