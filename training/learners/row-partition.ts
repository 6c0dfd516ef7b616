import type { GrownTree } from "./grown-tree.ts";
import { BIN_MASK, FEATURE_SHIFT, MISSING_LEFT } from "./grown-tree.ts";
import { MISSING_BIN } from "./binning.ts";

/**
 * The rows of a tree that grows, in one array: the rows of a node stand side by side and in rising order, which
 * keeps the reads of a column nearly sequential. `weights` move with them.
 */
export class RowPartition {
  readonly rows: Int32Array;
  readonly weights: Float64Array;
  readonly #asideRows: Int32Array;
  readonly #asideWeights: Float64Array;

  constructor(capacity: number) {
    this.rows = new Int32Array(capacity);
    this.weights = new Float64Array(capacity);
    this.#asideRows = new Int32Array(capacity);
    this.#asideWeights = new Float64Array(capacity);
  }

  /** Parts the rows from `start` to `end` by the split of a node; the right ones begin at what is returned. */
  part(column: Uint8Array, split: number, start: number, end: number): number {
    const { rows, weights } = this;
    const [asideRows, asideWeights] = [this.#asideRows, this.#asideWeights];
    const lastLeftBin = split & BIN_MASK;
    const missingLeft = (split & MISSING_LEFT) !== 0;
    let left = start;
    let right = 0;
    for (let i = start; i < end; i += 1) {
      const row = rows[i] ?? 0;
      const bin = column[row] ?? 0;
      const weight = weights[i] ?? 0;
      if (bin === MISSING_BIN ? missingLeft : bin <= lastLeftBin) {
        rows[left] = row;
        weights[left] = weight;
        left += 1;
      } else {
        asideRows[right] = row;
        asideWeights[right] = weight;
        right += 1;
      }
    }
    // A loop, because views of a few numbers cost more than the numbers, and most nodes have few.
    for (let i = 0; i < right; i += 1) {
      rows[left + i] = asideRows[i] ?? 0;
      weights[left + i] = asideWeights[i] ?? 0;
    }
    return left;
  }

  /** The same by the split that a node of a tree has. */
  partByNode(
    tree: GrownTree,
    node: number,
    columns: readonly Uint8Array[],
    range: { readonly start: number; readonly end: number },
  ): number {
    const split = tree.splits[node] ?? 0;
    const column = columns[split >> FEATURE_SHIFT];
    return column === undefined ? range.start : this.part(column, split, range.start, range.end);
  }
}
