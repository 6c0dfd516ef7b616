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
  nodes: z.string(),
});

/** Packs trees; values are rounded to a part in 32,767 of the greatest, and the packed trees are what judges. */
export function packTrees(trees: readonly GrownTree[]): PackedTrees {
  const largest = trees.reduce((most, tree) => Math.max(most, largestValue(tree)), 0);
  const unit = largest > 0 ? largest / LARGEST_UNITS : 1 / LARGEST_UNITS;
  const count = trees.reduce((sum, tree) => sum + tree.values.length, 0);
  const view = new DataView(new ArrayBuffer(count * NODE_BYTES));
  let at = 0;
  for (const tree of trees) at = writeTree(tree, unit, { view, at });
  return { trees: trees.length, unit, nodes: Buffer.from(view.buffer).toString("base64") };
}

function largestValue({ values }: GrownTree): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function writeTree(
  tree: GrownTree,
  unit: number,
  into: { readonly view: DataView; readonly at: number },
): number {
  const { view } = into;
  let { at } = into;
  const waiting = [0];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const split = tree.splits[node] ?? -1;
    const leaf = split < 0;
    view.setUint16(at, leaf ? 0 : (split >> FEATURE_SHIFT) + 1, true);
    view.setUint16(at + 2, leaf ? 0 : split & (2 * MISSING_LEFT - 1), true);
    view.setInt16(at + 4, Math.round((tree.values[node] ?? 0) / unit), true);
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
  const wrong = (what: string) => new TrainingError("bad-model", `${key}.nodes: ${what}`);
  const { asked, bits, values } = readNodes(packed.nodes, wrong);
  const right = new Int32Array(asked.length);
  const roots = linkNodes(asked, right);
  if (roots === undefined) throw wrong("the last tree does not end");
  if (roots.length !== packed.trees)
    throw wrong(`${roots.length} trees, where ${key}.trees says ${packed.trees}`);
  const splits = new Int32Array(asked.length);
  for (let node = 0; node < splits.length; node += 1) {
    const feature = (asked[node] ?? 0) - 1;
    const bin = bits[node] ?? 0;
    if (feature >= features) throw wrong(`node ${node} asks feature ${feature} of ${features}`);
    if (bin >= 2 * MISSING_LEFT) throw wrong(`node ${node} asks bin ${bin}`);
    splits[node] = (feature << FEATURE_SHIFT) | bin;
  }
  return { roots, right, splits, values, unit: packed.unit };
}

interface NodeColumns {
  /** Feature + 1; 0 for a leaf. */
  readonly asked: Uint16Array;
  /** Bin and direction of missing values. */
  readonly bits: Uint16Array;
  readonly values: Int16Array;
}

function readNodes(nodes: string, wrong: (what: string) => TrainingError): NodeColumns {
  const bytes = Buffer.from(nodes, "base64");
  // Decoding passes over what is no base64, so that the length tells.
  if (bytes.length * 4 !== nodes.length * 3)
    throw wrong(`${nodes.length} characters are not the base64 of whole nodes`);
  if (bytes.length % NODE_BYTES > 0)
    throw wrong(`${bytes.length} bytes are no whole number of nodes`);
  const count = bytes.length / NODE_BYTES;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const columns = {
    asked: new Uint16Array(count),
    bits: new Uint16Array(count),
    values: new Int16Array(count),
  };
  for (let node = 0; node < count; node += 1) {
    const at = node * NODE_BYTES;
    columns.asked[node] = view.getUint16(at, true);
    columns.bits[node] = view.getUint16(at + 2, true);
    columns.values[node] = view.getInt16(at + 4, true);
  }
  return columns;
}

/** Finds the right branch of each split and the root of each tree; undefined where a tree is not whole. */
function linkNodes(asked: Uint16Array, right: Int32Array): Int32Array | undefined {
  const roots: number[] = [];
  const waiting: number[] = [];
  let isRoot = true;
  for (let node = 0; node < asked.length; node += 1) {
    if (isRoot) roots.push(node);
    isRoot = false;
    if (asked[node] !== 0) {
      waiting.push(node);
      continue;
    }
    const parent = waiting.pop();
    if (parent === undefined) isRoot = true;
    else right[parent] = node + 1;
  }
  return waiting.length === 0 && isRoot ? Int32Array.from(roots) : undefined;
}
