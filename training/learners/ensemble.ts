import { MISSING_BIN } from "./binning.ts";
import { BIN_MASK, FEATURE_SHIFT, MISSING_LEFT } from "./grown-tree.ts";

/**
 * Many trees as three arrays over their nodes, each tree in preorder: the left branch of a node is the next node.
 * A walk then touches eight bytes a node, and no pointers.
 */
export interface Ensemble {
  /** The first node of each tree. */
  readonly roots: Int32Array;
  /** For each node what it asks, as GrownTree has it; of no meaning in a leaf. */
  readonly splits: Int32Array;
  /** For each node its right branch; 0 for a leaf, because no branch is the first node of all. */
  readonly right: Int32Array;
  /** For each node what a tree that ended there would say, in units of `unit`. */
  readonly values: Int16Array;
  readonly unit: number;
}

/** What all trees say of one mail, together. */
export function sumOfTrees(ensemble: Ensemble, bins: Uint8Array): number {
  const { roots, splits, right, values, unit } = ensemble;
  let sum = 0;
  for (let tree = 0; tree < roots.length; tree += 1) {
    let node = roots[tree] ?? 0;
    for (let other = right[node] ?? 0; other !== 0; other = right[node] ?? 0)
      node = takesLeft(splits[node] ?? 0, bins) ? node + 1 : other;
    sum += values[node] ?? 0;
  }
  return sum * unit;
}

/** What all trees say before anything is asked: the sum over their roots. */
export function sumOfRoots({ roots, values, unit }: Ensemble): number {
  return roots.reduce((sum, root) => sum + (values[root] ?? 0), 0) * unit;
}

/** For each feature what its splits on the paths of one mail add to the sum of the roots. */
export function sharesOfFeatures(
  { roots, splits, right, values, unit }: Ensemble,
  bins: Uint8Array,
): Float64Array {
  const shares = new Float64Array(bins.length);
  for (const root of roots) {
    let node = root;
    for (let other = right[node] ?? 0; other !== 0; other = right[node] ?? 0) {
      const split = splits[node] ?? 0;
      const next = takesLeft(split, bins) ? node + 1 : other;
      const feature = split >> FEATURE_SHIFT;
      shares[feature] = (shares[feature] ?? 0) + (values[next] ?? 0) - (values[node] ?? 0);
      node = next;
    }
  }
  return shares.map((share) => share * unit);
}

function takesLeft(split: number, bins: Uint8Array): boolean {
  const bin = bins[split >> FEATURE_SHIFT] ?? MISSING_BIN;
  return bin === MISSING_BIN ? (split & MISSING_LEFT) !== 0 : bin <= (split & BIN_MASK);
}
