import type { BinnedRows } from "./binned-rows.ts";
import { Bootstrap, uniformNumbersOf } from "./bootstrap.ts";
import { ForestTreeGrower } from "./forest-tree.ts";
import { type GrownTree, valueOfRow } from "./grown-tree.ts";

export interface ForestSettings {
  readonly trees: number;
  readonly minLeaf: number;
  /** Most leaves of a tree. */
  readonly maxLeaves: number;
}

export interface GrowthOptions {
  readonly seed: number;
  readonly onProgress?: ((done: number) => void) | undefined;
  /** Told of each tree and how often it has drawn each row. */
  readonly onTree?: (tree: GrownTree, draws: Uint16Array) => void;
}

/**
 * Grows a random forest (Breiman 2001): each tree on rows drawn with replacement, each split among as many drawn
 * features as the square root of all.
 */
export function growForest(
  rows: BinnedRows,
  settings: ForestSettings,
  { seed, onProgress, onTree }: GrowthOptions,
): readonly GrownTree[] {
  const grower = new ForestTreeGrower(rows, rows.labels, rows.byName, {
    minLeaf: settings.minLeaf,
    featuresPerSplit: Math.max(1, Math.floor(Math.sqrt(rows.columns.length))),
    maxLeaves: settings.maxLeaves,
  });
  const bootstrap = new Bootstrap(rows.rows, rows.weights);
  return Array.from({ length: settings.trees }, (_, number) => {
    const uniform = uniformNumbersOf(seed, number);
    const draws = bootstrap.draw(uniform);
    const tree = grower.grow(draws, uniform);
    onTree?.(tree, draws);
    onProgress?.((number + 1) / settings.trees);
    return tree;
  });
}

/** Collects what the trees say of the rows that they have not drawn: scores that no row has had a hand in. */
export class OutOfBag {
  readonly #rows: BinnedRows;
  readonly #sums: Float64Array;
  readonly #trees: Uint32Array;

  constructor(rows: BinnedRows) {
    this.#rows = rows;
    this.#sums = new Float64Array(rows.rows);
    this.#trees = new Uint32Array(rows.rows);
  }

  add(tree: GrownTree, draws: Uint16Array): void {
    for (let row = 0; row < draws.length; row += 1) {
      if (draws[row] !== 0) continue;
      this.#sums[row] = (this.#sums[row] ?? 0) + valueOfRow(tree, this.#rows.columns, row);
      this.#trees[row] = (this.#trees[row] ?? 0) + 1;
    }
  }

  /** The mean of each row; NaN for one that every tree has drawn. */
  probabilities(): Float64Array {
    return this.#sums.map((sum, row) => sum / (this.#trees[row] ?? 0));
  }
}
