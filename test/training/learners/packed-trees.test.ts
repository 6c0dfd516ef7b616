import { describe, expect, it } from "vitest";
import { uniformNumbers } from "../../../training/learners/draw-rows.ts";
import { sharesOfFeatures, sumOfRoots, sumOfTrees } from "../../../training/learners/ensemble.ts";
import { GrownTree, valueOfRow } from "../../../training/learners/grown-tree.ts";
import { packTrees, PACKED_TREES, unpackTrees } from "../../../training/learners/packed-trees.ts";

const FEATURES = 3;

/** A tree that was split at random leaves, with values from −1 to 1. */
function randomTree(splits: number, seed: number): GrownTree {
  const uniform = uniformNumbers(seed);
  const value = () => 2 * uniform() - 1;
  const tree = new GrownTree();
  tree.addLeaf(value());
  for (let i = 0; i < splits; i += 1) {
    const leaves = tree.splits.flatMap((split, node) => (split < 0 ? [node] : []));
    tree.split(
      leaves[Math.floor(uniform() * leaves.length)] ?? 0,
      {
        feature: Math.floor(uniform() * FEATURES),
        bin: Math.floor(uniform() * 255),
        missingGoesLeft: uniform() < 0.5,
      },
      [value(), value()],
    );
  }
  return tree;
}

const TREES = [0, 1, 2, 30, 7].map(randomTree);
const PACKED = packTrees(TREES);

describe("packed trees", () => {
  const ensemble = unpackTrees(PACKED, FEATURES, "trees");
  const uniform = uniformNumbers(5);
  const mails = Array.from({ length: 300 }, () =>
    Uint8Array.from({ length: FEATURES }, () => (uniform() < 0.2 ? 255 : uniform() * 255)),
  );

  it("say together what the trees say, but for the rounding of their values", () => {
    for (const bins of mails) {
      const columns = [...bins].map((bin) => Uint8Array.of(bin));
      const wanted = TREES.reduce((sum, tree) => sum + valueOfRow(tree, columns, 0), 0);
      expect(Math.abs(sumOfTrees(ensemble, bins) - wanted)).toBeLessThan(
        TREES.length * PACKED.unit,
      );
    }
  });

  it("explain what they say, feature by feature", () => {
    for (const bins of mails) {
      const shares = sharesOfFeatures(ensemble, bins).reduce((sum, share) => sum + share, 0);
      expect(sumOfRoots(ensemble) + shares).toBeCloseTo(sumOfTrees(ensemble, bins), 10);
    }
  });

  it("charge a split to the feature that it asks", () => {
    const tree = new GrownTree();
    tree.split(tree.addLeaf(0), { feature: 2, bin: 9, missingGoesLeft: false }, [-1, 1]);
    const one = unpackTrees(packTrees([tree]), FEATURES, "trees");
    expect([...sharesOfFeatures(one, Uint8Array.of(0, 0, 9))]).toEqual([0, 0, -1]);
    expect([...sharesOfFeatures(one, Uint8Array.of(0, 0, 10))]).toEqual([0, 0, 1]);
  });

  it("take six bytes a node and come back from JSON as they were", () => {
    const nodes = TREES.reduce((sum, tree) => sum + tree.values.length, 0);
    expect(Buffer.from(PACKED.nodes, "base64")).toHaveLength(6 * nodes);
    expect(PACKED_TREES.parse(JSON.parse(JSON.stringify(PACKED)))).toEqual(PACKED);
  });
});

/** The nodes with some bytes changed. */
function edited(change: (bytes: Buffer) => Buffer): string {
  return change(Buffer.from(PACKED.nodes, "base64")).toString("base64");
}

function patched(at: number, byte: number): string {
  return edited((bytes) => {
    bytes[at] = byte;
    return bytes;
  });
}

describe("unpackTrees", () => {
  // The first tree is a leaf, so node 1 is the root of the second, and asks a feature.
  it.each([
    ["no base64", "&&&&", /^t\.nodes: 4 characters are not the base64 of whole nodes$/],
    ["a letter too few", PACKED.nodes.slice(1), /^t\.nodes: \d+ characters are not/],
    ["half a node", edited((bytes) => bytes.subarray(0, 9)), /^t\.nodes: 9 bytes are no whole/],
    ["nothing", "", /^t\.nodes: 0 trees, where t\.trees says 5$/],
    [
      "a tree too few",
      edited((bytes) => bytes.subarray(6)),
      /^t\.nodes: 4 trees, where t\.trees says 5$/,
    ],
    ["the end cut off", edited((bytes) => bytes.subarray(0, -6)), /^t\.nodes: the last tree does/],
    ["a leaf that asks", patched(0, 1), /^t\.nodes: /],
    ["a feature that is not there", patched(6, 200), /^t\.nodes: node 1 asks feature 199 of 3$/],
    ["a bin beyond a byte", patched(9, 9), /^t\.nodes: node 1 asks bin \d+$/],
  ])("refuses %s and names the key", (_, nodes, message) => {
    expect(() => unpackTrees({ ...PACKED, nodes }, FEATURES, "t")).toThrow(
      expect.objectContaining({
        fault: "bad-model",
        message: expect.stringMatching(message) as unknown,
      }),
    );
  });

  it("refuses or judges finitely, whatever byte is changed", () => {
    const length = Buffer.from(PACKED.nodes, "base64").length;
    for (let at = 0; at < length; at += 1) {
      for (const byte of [0, 1, 3, 255]) {
        try {
          const ensemble = unpackTrees({ ...PACKED, nodes: patched(at, byte) }, FEATURES, "t");
          expect(Number.isFinite(sumOfTrees(ensemble, Uint8Array.of(1, 255, 90)))).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ fault: "bad-model" });
        }
      }
    }
  });

  it.each([
    [{ trees: 0 }],
    [{ trees: 1e9 }],
    [{ trees: 1.5 }],
    [{ unit: 0 }],
    [{ unit: NaN }],
    [{ unit: 1e300 }],
    [{ nodes: 7 }],
  ])("is not even tried with %j", (change) => {
    expect(PACKED_TREES.safeParse({ ...PACKED, ...change }).success).toBe(false);
  });
});
