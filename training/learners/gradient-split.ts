import { MISSING_BIN } from "./binning.ts";
import { BINS } from "./gradient-histogram.ts";
import type { GradientPack } from "./gradient-pack.ts";
import type { Split } from "./grown-tree.ts";

/** The best cut of a leaf: `split.feature` counts the features of the histogram. */
export interface GradientSplit {
  readonly gain: number;
  readonly split: Split;
  /** Packed sum of what goes left. */
  readonly leftTotal: number;
}

export interface SplitLimits {
  /** Fewest rows of a leaf, as its share of the hessians tells them. */
  readonly minLeaf: number;
  /** Added to the hessians of a leaf: pulls the values of small leaves towards zero. */
  readonly l2: number;
}

/** One leaf that is to be split. */
export interface LeafSums {
  readonly histogram: Float64Array;
  readonly total: number;
  readonly rows: number;
}

/** Searches the cut of greatest gain of a leaf's loss, in the second-order approximation (Friedman 2001; Newton). */
export class GradientSplitSearch {
  /** For each feature how many bins of values it has. */
  readonly #valueBins: readonly number[];
  readonly #limits: SplitLimits;
  #shift = 1;
  #l2 = 0;
  /** Of the leaf that is searched. */
  #gradient = 0;
  #hessian = 0;
  #smallestHessian = 0;
  /** The best so far; `score` is the gain and the leaf's own score together. */
  #score = 0;
  #feature = 0;
  #bin = 0;
  #missingGoesLeft = false;
  #leftTotal = 0;

  constructor(valueBins: readonly number[], limits: SplitLimits) {
    this.#valueBins = valueBins;
    this.#limits = limits;
  }

  usePack(pack: GradientPack): void {
    this.#shift = pack.shift;
    this.#l2 = this.#limits.l2 / pack.hessianUnit;
  }

  /** Undefined where no cut makes the loss less. */
  search(leaf: LeafSums): GradientSplit | undefined {
    const { histogram, total, rows } = leaf;
    this.#gradient = Math.floor(total / this.#shift);
    this.#hessian = total - this.#gradient * this.#shift;
    this.#smallestHessian = Math.max((this.#hessian * this.#limits.minLeaf) / rows, 1);
    const own = this.#gradient ** 2 / (this.#hessian + this.#l2);
    this.#score = own * (1 + SMALLEST_GAIN);
    this.#feature = -1;
    for (let feature = 0; feature < this.#valueBins.length; feature += 1)
      this.#searchFeature(histogram, feature, total);
    if (this.#feature < 0) return undefined;
    const split = {
      feature: this.#feature,
      bin: this.#bin,
      missingGoesLeft: this.#missingGoesLeft,
    };
    return { gain: this.#score - own, split, leftTotal: this.#leftTotal };
  }

  #searchFeature(histogram: Float64Array, feature: number, total: number): void {
    const first = feature * BINS;
    const missing = histogram[first + MISSING_BIN] ?? 0;
    if (missing === 0) {
      this.#searchBins(histogram, feature, { before: 0, total, missingGoesLeft: false });
      return;
    }
    this.#searchBins(histogram, feature, { before: 0, total, missingGoesLeft: false });
    this.#searchBins(histogram, feature, { before: missing, total, missingGoesLeft: true });
  }

  /** Tries a cut behind each bin that has rows; `before` is what is on the left already. */
  #searchBins(
    histogram: Float64Array,
    feature: number,
    from: { readonly before: number; readonly total: number; readonly missingGoesLeft: boolean },
  ): void {
    const first = feature * BINS;
    const [shift, l2, smallest] = [this.#shift, this.#l2, this.#smallestHessian];
    const [gradient, hessian] = [this.#gradient, this.#hessian];
    const bins = this.#valueBins[feature] ?? 0;
    let left = from.before;
    let score = this.#score;
    for (let bin = 0; bin < bins; bin += 1) {
      const sum = histogram[first + bin] ?? 0;
      if (sum === 0) continue;
      left += sum;
      const leftGradient = Math.floor(left / shift);
      const leftHessian = left - leftGradient * shift;
      if (leftHessian < smallest) continue;
      const rightHessian = hessian - leftHessian;
      if (rightHessian < smallest) break;
      const rightGradient = gradient - leftGradient;
      const together =
        (leftGradient * leftGradient) / (leftHessian + l2) +
        (rightGradient * rightGradient) / (rightHessian + l2);
      if (together <= score) continue;
      score = together;
      this.#feature = feature;
      this.#bin = bin;
      this.#missingGoesLeft = from.missingGoesLeft;
      this.#leftTotal = left;
    }
    this.#score = score;
  }
}

/** Share of a leaf's own score by which a cut must be better, so that rounding does not decide. */
const SMALLEST_GAIN = 1e-9;
