import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ForestTreeGrower,
  type ForestTreeSettings,
} from "../../../training/learners/forest-tree.ts";
import {
  FEATURE_SHIFT,
  goesLeft,
  type GrownTree,
  valueOfRow,
} from "../../../training/learners/grown-tree.ts";
import { uniformNumbers } from "../../../training/learners/draw-rows.ts";

interface Rows {
  readonly columns: readonly Uint8Array[];
  readonly labels: Uint8Array;
  readonly draws: Uint16Array;
}

const SETTINGS: ForestTreeSettings = { minLeaf: 2, featuresPerSplit: 2, maxLeaves: 100 };

function grow(
  { columns, labels, draws }: Rows,
  settings: Partial<ForestTreeSettings> = {},
): GrownTree {
  const table = { rows: labels.length, columns, edges: [] };
  const grower = new ForestTreeGrower(table, labels, [0, 1], { ...SETTINGS, ...settings });
  return grower.grow(draws, uniformNumbers(1));
}

/** Two features of a few bins and the missing one, labels and draws. */
const someRows: fc.Arbitrary<Rows> = fc
  .array(
    fc.tuple(fc.constantFrom(0, 1, 2, 7, 255), fc.constantFrom(0, 3, 255), fc.nat(1), fc.nat(3)),
    { minLength: 1, maxLength: 40 },
  )
  .filter((rows) => rows.some(([, , , draws]) => draws > 0))
  .map((rows) => ({
    columns: [Uint8Array.from(rows, ([a]) => a), Uint8Array.from(rows, ([, b]) => b)],
    labels: Uint8Array.from(rows, ([, , label]) => label),
    draws: Uint16Array.from(rows, ([, , , draws]) => draws),
  }));

/** Spam and draws of some rows. */
function countIn({ labels, draws }: Rows, rows: readonly number[]): { spam: number; all: number } {
  return rows.reduce(
    ({ spam, all }, row) => ({
      spam: spam + (draws[row] ?? 0) * (labels[row] ?? 0),
      all: all + (draws[row] ?? 0),
    }),
    { spam: 0, all: 0 },
  );
}

/** Greatest decrease of the impurity of any cut of these rows, by trying them all. */
function bestDecrease(rows: Rows, members: readonly number[], minLeaf: number): number {
  const before = countIn(rows, members);
  const gains = [0, 1].flatMap((feature) =>
    Array.from({ length: 255 }, (_, bin) => bin).flatMap((bin) =>
      [0, 0x100].map((missing) => {
        const split = (feature << FEATURE_SHIFT) | missing | bin;
        const isLeft = (row: number) => goesLeft(split, rows.columns[feature]?.[row] ?? 0);
        const left = countIn(rows, members.filter(isLeft));
        const right = { spam: before.spam - left.spam, all: before.all - left.all };
        if (Math.min(left.all, right.all) < minLeaf) return 0;
        return (
          left.spam ** 2 / left.all + right.spam ** 2 / right.all - before.spam ** 2 / before.all
        );
      }),
    ),
  );
  return Math.max(0, ...gains);
}

describe("ForestTreeGrower", () => {
  it("splits the root as well as the best of all cuts does", () => {
    fc.assert(
      fc.property(someRows, (rows) => {
        const tree = grow(rows, { maxLeaves: 2 });
        const members = [...rows.labels.keys()];
        const wanted = bestDecrease(rows, members, 2);
        if (tree.isLeaf(0)) {
          expect(wanted).toBeLessThan(1e-6);
          return;
        }
        const split = tree.splits[0] ?? 0;
        const column = rows.columns[split >> FEATURE_SHIFT];
        const left = countIn(
          rows,
          members.filter((row) => goesLeft(split, column?.[row] ?? 0)),
        );
        const all = countIn(rows, members);
        const right = { spam: all.spam - left.spam, all: all.all - left.all };
        const gain =
          left.spam ** 2 / left.all + right.spam ** 2 / right.all - all.spam ** 2 / all.all;
        expect(gain).toBeCloseTo(wanted, 6);
      }),
    );
  });

  it("gives each leaf the share of spam among its draws, and at least the fewest draws", () => {
    fc.assert(
      fc.property(someRows, (rows) => {
        const tree = grow(rows);
        const byValue = new Map<string, number[]>();
        [...rows.labels.keys()].forEach((row) => {
          const path = pathOf(tree, rows.columns, row);
          byValue.set(path, [...(byValue.get(path) ?? []), row]);
        });
        for (const members of byValue.values()) {
          const { spam, all } = countIn(rows, members);
          if (all === 0) continue;
          expect(valueOfRow(tree, rows.columns, members[0] ?? 0)).toBeCloseTo(spam / all, 12);
          if (!tree.isLeaf(0)) expect(all).toBeGreaterThanOrEqual(2);
        }
      }),
    );
  });

  it("has no more leaves than it may", () => {
    const rows = {
      columns: [Uint8Array.from({ length: 200 }, (_, row) => row), new Uint8Array(200)],
      labels: Uint8Array.from({ length: 200 }, (_, row) => row % 2),
      draws: new Uint16Array(200).fill(1),
    };
    const leavesOf = (tree: GrownTree) => tree.splits.filter((split) => split < 0).length;
    expect(leavesOf(grow(rows, { minLeaf: 1, maxLeaves: 7 }))).toBe(7);
    expect(leavesOf(grow(rows, { minLeaf: 1, maxLeaves: 1000 }))).toBe(200);
  });

  it("cuts in the middle between the bins that it has seen", () => {
    const rows = {
      columns: [Uint8Array.of(10, 10, 20, 20), Uint8Array.of(0, 0, 0, 0)],
      labels: Uint8Array.of(0, 0, 1, 1),
      draws: Uint16Array.of(1, 1, 1, 1),
    };
    expect((grow(rows).splits[0] ?? 0) & 0xff).toBe(15);
  });
});

/** The way of a row through the tree, as text. */
function pathOf(tree: GrownTree, columns: readonly Uint8Array[], row: number): string {
  let [node, path] = [0, ""];
  while (!tree.isLeaf(node)) {
    const split = tree.splits[node] ?? 0;
    const left = goesLeft(split, columns[split >> FEATURE_SHIFT]?.[row] ?? 0);
    path += left ? "l" : "r";
    node = (left ? tree.left[node] : tree.right[node]) ?? 0;
  }
  return path;
}
