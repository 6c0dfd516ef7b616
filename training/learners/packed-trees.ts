import { z } from "zod";
import { TrainingError } from "../errors.ts";
import type { Ensemble } from "./ensemble.ts";
import { FEATURE_SHIFT, type GrownTree, MISSING_LEFT } from "./grown-tree.ts";

/**
 * Trees as a model file has them. `nodes` is base64 of six bytes for each node, tree after tree, each in preorder:
 * feature + 1, or 0 for a leaf (2 bytes); bin of the split, and 256 more where missing values go left (2); value in
 * units of `unit`, signed (2); low bytes first. Preorder leaves no room for a wrong pointer or a cycle: what can
 * be wrong is where it ends and which feature it asks.
 */
export interface PackedTrees {
  readonly trees: number;
  readonly unit: number;
  readonly nodes: string;
}

const NODE_BYTES = 6;

/** Greatest value of a node, in units. */
const LARGEST_UNITS = 32_767;

/** A file can claim any number of trees; more than these no learner makes. */
const MAX_TREES = 10_000;

/** Beyond any value of a node that a fit gives; ten thousand of them still have a finite sum. */
const LARGEST_UNIT = 1e3;

export const PACKED_TREES: z.ZodType<PackedTrees> = z.object({
  trees: z.int().positive().max(MAX_TREES),
  unit: z.number().positive().max(LARGEST_UNIT),
  nodes: z.base64(),
});

/** Packs trees; values are rounded to a part in 32,767 of the greatest, and the packed trees are what judges. */
export function packTrees(trees: readonly GrownTree[]): PackedTrees {
  const largest = trees.reduce((most, tree) => Math.max(most, largestValue(tree)), 0);
  const unit = largest > 0 ? largest / LARGEST_UNITS : 1 / LARGEST_UNITS;
  const bytes = Buffer.alloc(trees.reduce((sum, tree) => sum + tree.values.length, 0) * NODE_BYTES);
  let at = 0;
  for (const tree of trees) at = writeTree(tree, unit, { bytes, at });
  return { trees: trees.length, unit, nodes: bytes.toString("base64") };
}

function largestValue({ values }: GrownTree): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function writeTree(
  tree: GrownTree,
  unit: number,
  into: { readonly bytes: Buffer; readonly at: number },
): number {
  const { bytes } = into;
  let { at } = into;
  const waiting = [0];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const split = tree.splits[node] ?? -1;
    const leaf = split < 0;
    bytes.writeUInt16LE(leaf ? 0 : (split >> FEATURE_SHIFT) + 1, at);
    bytes.writeUInt16LE(leaf ? 0 : split & (2 * MISSING_LEFT - 1), at + 2);
    bytes.writeInt16LE(Math.round((tree.values[node] ?? 0) / unit), at + 4);
    at += NODE_BYTES;
    if (!leaf) waiting.push(tree.right[node] ?? 0, tree.left[node] ?? 0);
  }
  return at;
}

/**
 * @param key where the trees stand among the parameters, for complaints
 * @throws TrainingError `bad-model`
 */
export function unpackTrees(packed: PackedTrees, features: number, key: string): Ensemble {
  const bytes = Buffer.from(packed.nodes, "base64");
  const count = bytes.length / NODE_BYTES;
  const wrong = (what: string) => new TrainingError("bad-model", `${key}.nodes: ${what}`);
  if (!Number.isInteger(count)) throw wrong(`${bytes.length} bytes are no whole number of nodes`);
  const right = new Int32Array(count);
  const roots = linkNodes(bytes, right);
  if (roots === undefined) throw wrong("the last tree does not end");
  if (roots.length !== packed.trees)
    throw wrong(`${roots.length} trees, where ${key}.trees says ${packed.trees}`);
  return { roots, right, ...readNodes(bytes, { features, unit: packed.unit, wrong }) };
}

/** Finds the right branch of each split and the root of each tree; undefined where a tree is not whole. */
function linkNodes(bytes: Buffer, right: Int32Array): Int32Array | undefined {
  const roots: number[] = [];
  const waiting: number[] = [];
  let isRoot = true;
  for (let node = 0; node < right.length; node += 1) {
    if (isRoot) roots.push(node);
    isRoot = false;
    if (bytes.readUInt16LE(node * NODE_BYTES) > 0) {
      waiting.push(node);
      continue;
    }
    const parent = waiting.pop();
    if (parent === undefined) isRoot = true;
    else right[parent] = node + 1;
  }
  return waiting.length === 0 && isRoot ? Int32Array.from(roots) : undefined;
}

function readNodes(
  bytes: Buffer,
  of: {
    readonly features: number;
    readonly unit: number;
    readonly wrong: (what: string) => TrainingError;
  },
): Pick<Ensemble, "splits" | "values"> {
  const count = bytes.length / NODE_BYTES;
  const splits = new Int32Array(count);
  const values = new Float64Array(count);
  for (let node = 0; node < count; node += 1) {
    const at = node * NODE_BYTES;
    const feature = bytes.readUInt16LE(at) - 1;
    if (feature >= of.features)
      throw of.wrong(`node ${node} asks feature ${feature} of ${of.features}`);
    const bits = bytes.readUInt16LE(at + 2);
    if (bits >= 2 * MISSING_LEFT) throw of.wrong(`node ${node} asks bin ${bits}`);
    splits[node] = (Math.max(feature, 0) << FEATURE_SHIFT) | bits;
    values[node] = bytes.readInt16LE(at + 4) * of.unit;
  }
  return { splits, values };
}
