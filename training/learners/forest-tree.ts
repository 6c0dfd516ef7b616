import { BinHistogram } from "./bin-histogram.ts";
import { type BinnedTable, MAX_VALUE_BINS, MISSING_BIN } from "./binning.ts";
import { GrownTree, type Split } from "./grown-tree.ts";
import { LeafQueue } from "./leaf-queue.ts";
import { RowPartition } from "./row-partition.ts";

export interface ForestTreeSettings {
  /** Fewest draws that a leaf may hold. */
  readonly minLeaf: number;
  /** How many features, drawn anew for each node, are tried. */
  readonly featuresPerSplit: number;
  readonly maxLeaves: number;
}

/**
 * A row that was drawn counts 1 for each draw, and a spam this much more. One sum per bin then holds both the
 * draws and the spam, exactly up to 2^26 draws, and costs one addition a row.
 */
const SPAM_UNIT = 2 ** 26;

interface OpenLeaf {
  readonly node: number;
  readonly start: number;
  readonly end: number;
  /** Draws and spam of the leaf in one number. */
  readonly total: number;
  readonly gain: number;
  readonly split: Split;
  readonly leftTotal: number;
}

/** Grows trees of one table, best first, with the Gini impurity; its buffers serve one tree after another. */
export class ForestTreeGrower {
  readonly #table: BinnedTable;
  readonly #labels: Uint8Array;
  readonly #settings: ForestTreeSettings;
  /** Features in an order that does not depend on that of the columns; drawing shuffles it. */
  readonly #features: Int32Array;
  readonly #partition: RowPartition;
  readonly #histogram = new BinHistogram();
  #sawMissing = false;
  #best = { gain: 0, feature: 0, bin: 0, missingGoesLeft: false, leftTotal: 0 };

  constructor(
    table: BinnedTable,
    labels: Uint8Array,
    features: readonly number[],
    settings: ForestTreeSettings,
  ) {
    this.#table = table;
    this.#labels = labels;
    this.#settings = settings;
    this.#features = Int32Array.from(features);
    this.#partition = new RowPartition(table.rows);
  }

  /** @param draws how often each row was drawn */
  grow(draws: Uint16Array, uniform: () => number): GrownTree {
    const { rows, total } = this.#load(draws);
    const tree = new GrownTree();
    const queue = new LeafQueue<OpenLeaf>();
    this.#offer(queue, { node: tree.addLeaf(shareOf(total)), start: 0, end: rows, total }, uniform);
    for (let leaves = 1; leaves < this.#settings.maxLeaves; leaves += 1) {
      const leaf = queue.pop();
      if (leaf === undefined) break;
      const { start, end, total: both, leftTotal } = leaf;
      const rightTotal = both - leftTotal;
      const values = [shareOf(leftTotal), shareOf(rightTotal)] as const;
      const [left, right] = tree.split(leaf.node, leaf.split, values);
      const middle = this.#partition.partByNode(tree, leaf.node, this.#table.columns, leaf);
      this.#offer(queue, { node: left, start, end: middle, total: leftTotal }, uniform);
      this.#offer(queue, { node: right, start: middle, end, total: rightTotal }, uniform);
    }
    return tree;
  }

  #load(draws: Uint16Array): { readonly rows: number; readonly total: number } {
    const { rows, weights } = this.#partition;
    let [count, total] = [0, 0];
    for (let row = 0; row < draws.length; row += 1) {
      const times = draws[row] ?? 0;
      if (times === 0) continue;
      const weight = this.#labels[row] === 1 ? times * (SPAM_UNIT + 1) : times;
      rows[count] = row;
      weights[count] = weight;
      total += weight;
      count += 1;
    }
    return { rows: count, total };
  }

  #offer(
    queue: LeafQueue<OpenLeaf>,
    leaf: Pick<OpenLeaf, "node" | "start" | "end" | "total">,
    uniform: () => number,
  ): void {
    const spam = spamIn(leaf.total);
    const draws = leaf.total - spam * SPAM_UNIT;
    if (spam === 0 || spam === draws || draws < 2 * this.#settings.minLeaf) return;
    this.#searchFeatures(leaf, uniform);
    const { gain, feature, bin, missingGoesLeft, leftTotal } = this.#best;
    if (gain === 0) return;
    // Written out: objects of one shape are what the engine is fast with.
    const { node, start, end, total } = leaf;
    const split = { feature, bin, missingGoesLeft };
    queue.push({ node, start, end, total, gain, split, leftTotal });
  }

  /** Draws features until enough were tried; one that is constant among the rows of the leaf is none. */
  #searchFeatures(leaf: Pick<OpenLeaf, "start" | "end" | "total">, uniform: () => number): void {
    const features = this.#features;
    this.#best.gain = 0;
    let tried = 0;
    for (let i = 0; i < features.length && tried < this.#settings.featuresPerSplit; i += 1) {
      const drawn = i + Math.floor(uniform() * (features.length - i));
      const feature = features[drawn] ?? 0;
      features[drawn] = features[i] ?? 0;
      features[i] = feature;
      const column = this.#table.columns[feature];
      if (column === undefined) continue;
      const bins = this.#histogram.collect(column, this.#partition, leaf.start, leaf.end);
      if (bins < 2) continue;
      tried += 1;
      this.#searchBins(feature, bins, leaf.total);
    }
  }

  /** Tries each cut between the bins that were met, with the missing values on either side. */
  #searchBins(feature: number, count: number, total: number): void {
    const { bins, sums } = this.#histogram;
    const hasMissing = bins[count - 1] === MISSING_BIN;
    this.#sawMissing = hasMissing;
    const missing = hasMissing ? (sums[count - 1] ?? 0) : 0;
    const values = hasMissing ? count - 1 : count;
    let left = 0;
    for (let i = 0; i < values; i += 1) {
      left += sums[i] ?? 0;
      const bin = i + 1 < values ? ((bins[i] ?? 0) + (bins[i + 1] ?? 0)) >> 1 : MAX_VALUE_BINS - 1;
      this.#tryCut(feature, bin, left, total);
      if (hasMissing) this.#tryCut(feature, bin | MISSING_IS_LEFT, left + missing, total);
    }
  }

  #tryCut(feature: number, cut: number, left: number, total: number): void {
    const { minLeaf } = this.#settings;
    const leftSpam = spamIn(left);
    const spam = spamIn(total);
    const leftDraws = left - leftSpam * SPAM_UNIT;
    const draws = total - spam * SPAM_UNIT;
    const rightDraws = draws - leftDraws;
    if (leftDraws < minLeaf || rightDraws < minLeaf) return;
    const rightSpam = spam - leftSpam;
    // The decrease of the Gini impurity, weighted by the draws, but for a factor of two.
    const gain =
      (leftSpam * leftSpam) / leftDraws +
      (rightSpam * rightSpam) / rightDraws -
      (spam * spam) / draws;
    if (gain <= this.#best.gain + SMALLEST_GAIN) return;
    this.#best.gain = gain;
    this.#best.feature = feature;
    this.#best.bin = cut & (MISSING_IS_LEFT - 1);
    // Where none was missing in training, a missing value goes the way of the many.
    this.#best.missingGoesLeft = this.#sawMissing ? cut >= MISSING_IS_LEFT : leftDraws > rightDraws;
    this.#best.leftTotal = left;
  }
}

const MISSING_IS_LEFT = 0x100;

/** Below it two gains differ by rounding alone, which must not decide. */
const SMALLEST_GAIN = 1e-9;

function spamIn(total: number): number {
  return Math.floor(total / SPAM_UNIT);
}

function shareOf(total: number): number {
  const spam = spamIn(total);
  return spam / (total - spam * SPAM_UNIT);
}
