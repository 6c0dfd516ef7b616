import type { BinnedTable } from "./binning.ts";
import { HistogramCounter } from "./gradient-histogram.ts";
import type { GradientPack } from "./gradient-pack.ts";
import { type GradientSplit, GradientSplitSearch, type SplitLimits } from "./gradient-split.ts";
import { GrownTree } from "./grown-tree.ts";
import { LeafQueue } from "./leaf-queue.ts";
import { RowPartition } from "./row-partition.ts";

export interface BoostedTreeSettings extends SplitLimits {
  readonly maxLeaves: number;
}

/** Rows of one node: a range of the partition's. */
export interface NodeRows {
  readonly node: number;
  readonly start: number;
  readonly end: number;
}

interface OpenLeaf extends NodeRows, GradientSplit {
  readonly total: number;
  readonly histogram: Float64Array;
}

/** Grows trees on packed gradients, best first; a leaf's histogram is counted or is what its brother leaves over. */
export class BoostedTreeGrower {
  readonly partition: RowPartition;
  readonly #columns: readonly Uint8Array[];
  readonly #features: readonly number[];
  readonly #settings: BoostedTreeSettings;
  readonly #counter: HistogramCounter;
  readonly #search: GradientSplitSearch;

  /** @param features those that are not constant, in the order in which they are tried */
  constructor(table: BinnedTable, features: readonly number[], settings: BoostedTreeSettings) {
    this.partition = new RowPartition(table.rows);
    this.#columns = table.columns;
    this.#features = features;
    this.#settings = settings;
    this.#counter = new HistogramCounter(
      features.map((feature) => table.columns[feature] ?? new Uint8Array(0)),
    );
    this.#search = new GradientSplitSearch(
      features.map((feature) => (table.edges[feature]?.length ?? 0) + 1),
      settings,
    );
  }

  /**
   * Grows on the first `rows` rows of the partition, whose weights must be their packed gradients. The values of the
   * nodes are left at zero; `nodes` has the rows of each, brothers behind their parent.
   */
  grow(rows: number, pack: GradientPack): { tree: GrownTree; nodes: readonly NodeRows[] } {
    this.#search.usePack(pack);
    const tree = new GrownTree();
    const queue = new LeafQueue<OpenLeaf>();
    const root = { node: tree.addLeaf(0), start: 0, end: rows };
    const nodes: NodeRows[] = [root];
    this.#offer(queue, root, this.#totalOf(rows), this.#counter.count(this.partition, 0, rows));
    for (let leaves = 1; leaves < this.#settings.maxLeaves; leaves += 1) {
      const leaf = queue.pop();
      if (leaf === undefined) break;
      const last = leaves + 1 === this.#settings.maxLeaves;
      nodes.push(...this.#split(tree, leaf, last ? undefined : queue));
    }
    for (let leaf = queue.pop(); leaf !== undefined; leaf = queue.pop())
      this.#counter.giveBack(leaf.histogram);
    return { tree, nodes };
  }

  #totalOf(rows: number): number {
    const { weights } = this.partition;
    let total = 0;
    for (let i = 0; i < rows; i += 1) total += weights[i] ?? 0;
    return total;
  }

  /** Without a queue the branches stay leaves, and nobody needs their histograms. */
  #split(
    tree: GrownTree,
    leaf: OpenLeaf,
    queue: LeafQueue<OpenLeaf> | undefined,
  ): readonly [NodeRows, NodeRows] {
    const [leftNode, rightNode] = tree.split(leaf.node, leaf.split, [0, 0]);
    const middle = this.partition.partByNode(tree, leaf.node, this.#columns, leaf);
    const left = { node: leftNode, start: leaf.start, end: middle };
    const right = { node: rightNode, start: middle, end: leaf.end };
    if (queue === undefined) this.#counter.giveBack(leaf.histogram);
    else this.#offerBoth(queue, leaf, left, right);
    return [left, right];
  }

  #offerBoth(
    queue: LeafQueue<OpenLeaf>,
    { total, leftTotal, histogram }: OpenLeaf,
    left: NodeRows,
    right: NodeRows,
  ): void {
    const leftIsSmaller = left.end - left.start <= right.end - right.start;
    const [smaller, larger] = leftIsSmaller ? [left, right] : [right, left];
    const smallerTotal = leftIsSmaller ? leftTotal : total - leftTotal;
    const counted = this.#counter.count(this.partition, smaller.start, smaller.end);
    this.#counter.subtract(histogram, counted);
    this.#offer(queue, smaller, smallerTotal, counted);
    this.#offer(queue, larger, total - smallerTotal, histogram);
  }

  #offer(queue: LeafQueue<OpenLeaf>, leaf: NodeRows, total: number, histogram: Float64Array): void {
    const rows = leaf.end - leaf.start;
    const found =
      rows < 2 * this.#settings.minLeaf
        ? undefined
        : this.#search.search({ histogram, total, rows });
    if (found === undefined) {
      this.#counter.giveBack(histogram);
      return;
    }
    const { gain, leftTotal } = found;
    const { bin, missingGoesLeft } = found.split;
    const split = { feature: this.#features[found.split.feature] ?? 0, bin, missingGoesLeft };
    // Written out: objects of one shape are what the engine is fast with.
    const { node, start, end } = leaf;
    queue.push({ node, start, end, gain, split, leftTotal, total, histogram });
  }
}
