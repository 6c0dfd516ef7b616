import { logOddsOf, probabilityOf } from "../log-odds.ts";
import type { BinnedRows } from "./binned-rows.ts";
import { BoostedTreeGrower, type BoostedTreeSettings, type NodeRows } from "./boosted-tree.ts";
import { uniformNumbersOf } from "./bootstrap.ts";
import { packFor, packGradients } from "./gradient-pack.ts";
import { type GrownTree, valueOfRow } from "./grown-tree.ts";

export interface BoostingSettings extends BoostedTreeSettings {
  readonly rounds: number;
  /** Share of each tree's values that is believed. */
  readonly learningRate: number;
  /** Share of the rows that each tree is grown on, drawn anew: below 1 trees differ more and cost less. */
  readonly rowShare: number;
}

export interface BoostingOptions {
  readonly seed: number;
  readonly onProgress?: ((done: number) => void) | undefined;
  /** Asked after each round; growth ends when it says so. */
  readonly enough?: (tree: GrownTree) => boolean;
}

export interface BoostedTrees {
  /** Log-odds that the trees add to. */
  readonly base: number;
  readonly trees: readonly GrownTree[];
}

/** Keeps the base finite where a class is very rare. */
const BASE_MARGIN = 1e-6;

/** Gradient boosting of trees with the logistic loss (Friedman 2001), by Newton steps. */
export function growBoosting(
  rows: BinnedRows,
  settings: BoostingSettings,
  { seed, onProgress, enough }: BoostingOptions,
): BoostedTrees {
  const base = baseLogOdds(rows);
  const state = new BoostingState(rows, settings, base);
  const trees: GrownTree[] = [];
  for (let round = 0; round < settings.rounds; round += 1) {
    const tree = state.nextTree(uniformNumbersOf(seed, round));
    trees.push(tree);
    onProgress?.((round + 1) / settings.rounds);
    if (enough?.(tree) === true) break;
  }
  return { base, trees };
}

/** Log-odds of the classes. */
export function baseLogOdds({ labels, weights }: BinnedRows): number {
  let [spam, all] = [0, 0];
  for (let row = 0; row < labels.length; row += 1) {
    const weight = weights?.[row] ?? 1;
    all += weight;
    spam += weight * (labels[row] ?? 0);
  }
  return logOddsOf(spam / all, BASE_MARGIN);
}

/** The log-odds of every row so far, and what they leave to learn. */
class BoostingState {
  readonly #rows: BinnedRows;
  readonly #settings: BoostingSettings;
  readonly #grower: BoostedTreeGrower;
  readonly #logOdds: Float64Array;
  readonly #gradients: Float64Array;
  readonly #hessians: Float64Array;
  readonly #packed: Float64Array;
  /** The rows that the present tree is not grown on. */
  readonly #undrawn: Int32Array;

  constructor(rows: BinnedRows, settings: BoostingSettings, base: number) {
    this.#rows = rows;
    this.#settings = settings;
    const varying = rows.byName.filter((feature) => varies(rows.columns[feature]));
    this.#grower = new BoostedTreeGrower(rows, varying, settings);
    this.#logOdds = new Float64Array(rows.rows).fill(base);
    this.#gradients = new Float64Array(rows.rows);
    this.#hessians = new Float64Array(rows.rows);
    this.#packed = new Float64Array(rows.rows);
    this.#undrawn = new Int32Array(rows.rows);
  }

  nextTree(uniform: () => number): GrownTree {
    const largest = this.#differentiate();
    const pack = packFor(this.#rows.rows, largest);
    const from = { gradients: this.#gradients, hessians: this.#hessians };
    packGradients(from, pack, this.#packed, uniform);
    const drawn = this.#load(this.#packed, uniform);
    const { tree, nodes } = this.#grower.grow(drawn, pack);
    this.#setValues(tree, nodes);
    this.#add(tree, nodes, this.#rows.rows - drawn);
    return tree;
  }

  /** Gradient and hessian of the loss by the log-odds, and the largest of both. */
  #differentiate(): { readonly gradient: number; readonly hessian: number } {
    const { labels, weights } = this.#rows;
    let [gradient, hessian] = [0, 0];
    for (let row = 0; row < labels.length; row += 1) {
      const probability = probabilityOf(this.#logOdds[row] ?? 0);
      const weight = weights === undefined ? 1 : (weights[row] ?? 1);
      const slope = (probability - (labels[row] ?? 0)) * weight;
      const curvature = probability * (1 - probability) * weight;
      this.#gradients[row] = slope;
      this.#hessians[row] = curvature;
      gradient = Math.max(gradient, Math.abs(slope));
      hessian = Math.max(hessian, curvature);
    }
    return { gradient, hessian };
  }

  /** Puts the rows of the next tree into the partition; returns their number. */
  #load(packed: Float64Array, uniform: () => number): number {
    const { rows, weights } = this.#grower.partition;
    const { rowShare } = this.#settings;
    let [drawn, undrawn] = [0, 0];
    for (let row = 0; row < packed.length; row += 1) {
      if (rowShare < 1 && uniform() >= rowShare) {
        this.#undrawn[undrawn] = row;
        undrawn += 1;
      } else {
        rows[drawn] = row;
        weights[drawn] = packed[row] ?? 0;
        drawn += 1;
      }
    }
    return drawn;
  }

  /** The Newton step of each node, from the gradients as they are, not as they were packed. */
  #setValues(tree: GrownTree, nodes: readonly NodeRows[]): void {
    const { l2, learningRate } = this.#settings;
    for (const { node, start, end } of nodes) {
      const gradient = this.#sumOver(this.#gradients, start, end);
      const hessian = this.#sumOver(this.#hessians, start, end);
      tree.values[node] = (-gradient / (hessian + l2 + SMALLEST_HESSIAN)) * learningRate;
    }
  }

  #sumOver(numbers: Float64Array, start: number, end: number): number {
    const { rows } = this.#grower.partition;
    let sum = 0;
    for (let i = start; i < end; i += 1) sum += numbers[rows[i] ?? 0] ?? 0;
    return sum;
  }

  #add(tree: GrownTree, nodes: readonly NodeRows[], undrawn: number): void {
    const logOdds = this.#logOdds;
    for (let i = 0; i < undrawn; i += 1) {
      const row = this.#undrawn[i] ?? 0;
      logOdds[row] = (logOdds[row] ?? 0) + valueOfRow(tree, this.#rows.columns, row);
    }
    const { rows } = this.#grower.partition;
    for (const { node, start, end } of nodes) {
      if (!tree.isLeaf(node)) continue;
      const value = tree.values[node] ?? 0;
      for (let i = start; i < end; i += 1) {
        const row = rows[i] ?? 0;
        logOdds[row] = (logOdds[row] ?? 0) + value;
      }
    }
  }
}

/** Keeps a leaf in which the loss is flat, all its rows being right beyond doubt, from dividing by zero. */
const SMALLEST_HESSIAN = 1e-9;

function varies(column: Uint8Array | undefined): boolean {
  return column?.some((bin) => bin !== column[0]) ?? false;
}
