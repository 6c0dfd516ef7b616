import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { goesLeft, GrownTree } from "../../../training/learners/grown-tree.ts";
import { RowPartition } from "../../../training/learners/row-partition.ts";

describe("RowPartition", () => {
  it("puts the left rows before the right ones, each in their order, with their weights", () => {
    const bins = fc.uint8Array({ minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(bins, fc.nat(254), fc.boolean(), (column, bin, missingGoesLeft) => {
        const partition = new RowPartition(column.length);
        column.forEach((_, row) => {
          partition.rows[row] = row;
          partition.weights[row] = row / 2;
        });
        const tree = new GrownTree();
        tree.split(tree.addLeaf(0), { feature: 0, bin, missingGoesLeft }, [0, 0]);
        const middle = partition.partByNode(tree, 0, [column], { start: 0, end: column.length });
        const isLeft = (row: number) => goesLeft(tree.splits[0] ?? 0, column[row] ?? 0);
        const rows = [...column.keys()];
        const wanted = [...rows.filter(isLeft), ...rows.filter((row) => !isLeft(row))];
        expect([...partition.rows]).toEqual(wanted);
        expect([...partition.weights]).toEqual(wanted.map((row) => row / 2));
        expect(middle).toBe(rows.filter(isLeft).length);
      }),
    );
  });

  it("leaves the rows of other nodes where they are", () => {
    const partition = new RowPartition(6);
    partition.rows.set([5, 4, 3, 2, 1, 0]);
    const tree = new GrownTree();
    tree.split(tree.addLeaf(0), { feature: 0, bin: 2, missingGoesLeft: false }, [0, 0]);
    const column = Uint8Array.of(0, 1, 2, 3, 4, 5);
    expect(partition.partByNode(tree, 0, [column], { start: 1, end: 5 })).toBe(3);
    expect([...partition.rows]).toEqual([5, 2, 1, 4, 3, 0]);
  });
});
