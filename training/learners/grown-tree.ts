import { MISSING_BIN } from "./binning.ts";

/** What a node of a tree asks: those at or below the bin go left. */
export interface Split {
  readonly feature: number;
  readonly bin: number;
  readonly missingGoesLeft: boolean;
}

/** Bits of a split in one number: the feature above the direction of missing values above the bin. */
export const FEATURE_SHIFT = 9;
export const MISSING_LEFT = 0x100;
export const BIN_MASK = 0xff;

/** A tree in the order of its growth: nodes are leaves until they are split; node 0 is the root. */
export class GrownTree {
  /** For each node its split as one number; −1 for a leaf. */
  readonly splits: number[] = [];
  readonly left: number[] = [];
  readonly right: number[] = [];
  /** What a tree that ended at the node would say. */
  readonly values: number[] = [];

  addLeaf(value: number): number {
    this.splits.push(-1);
    this.left.push(-1);
    this.right.push(-1);
    return this.values.push(value) - 1;
  }

  isLeaf(node: number): boolean {
    return (this.splits[node] ?? -1) < 0;
  }

  /** Makes two branches, leaves at first, of a leaf. */
  split(node: number, split: Split, values: readonly [number, number]): readonly [number, number] {
    const missing = split.missingGoesLeft ? MISSING_LEFT : 0;
    this.splits[node] = (split.feature << FEATURE_SHIFT) | missing | split.bin;
    const left = this.addLeaf(values[0]);
    const right = this.addLeaf(values[1]);
    this.left[node] = left;
    this.right[node] = right;
    return [left, right];
  }
}

/** Whether a row of this bin takes the left branch of a split. */
export function goesLeft(split: number, bin: number): boolean {
  return bin === MISSING_BIN ? (split & MISSING_LEFT) !== 0 : bin <= (split & BIN_MASK);
}

/** What a tree says of a row of a binned table. */
export function valueOfRow(tree: GrownTree, columns: readonly Uint8Array[], row: number): number {
  let node = 0;
  for (;;) {
    const split = tree.splits[node] ?? -1;
    if (split < 0) return tree.values[node] ?? 0;
    const bin = columns[split >> FEATURE_SHIFT]?.[row] ?? MISSING_BIN;
    node = (goesLeft(split, bin) ? tree.left[node] : tree.right[node]) ?? 0;
  }
}
