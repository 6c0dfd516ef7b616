import { uniformNumbers } from "../learners/draw-rows.ts";
import type { Scored } from "./scored.ts";
import { type Figures, WeightedFigures } from "./weighted-figures.ts";

/** Enough for the ends of a 95 % interval to stand still in the second digit of their distance. */
export const REPLICATES = 500;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The middle 95 % of the replicates; null where too few of them define the figure. */
export type Intervals = Readonly<Record<keyof Figures, Interval | null>>;

/**
 * How often each row stands in a bootstrap sample. Whole groups are drawn, since mails of one sender are alike:
 * drawn one by one they would promise more than they know. Without groups each row is one of its own.
 */
export class BootstrapWeights {
  readonly #groups: Uint32Array;
  readonly #count: number;
  readonly #uniform: () => number;

  constructor(rows: number, groups: Uint32Array | undefined, seed: number) {
    this.#groups = denseNumbers(groups ?? Uint32Array.from({ length: rows }, (_, row) => row));
    this.#count = this.#groups.reduce((largest, group) => Math.max(largest, group + 1), 0);
    this.#uniform = uniformNumbers(seed);
  }

  /** One sample: a weight for each row. */
  next(): Uint32Array {
    const drawn = new Uint32Array(this.#count);
    for (let i = 0; i < this.#count; i += 1) {
      const group = Math.floor(this.#uniform() * this.#count);
      drawn[group] = (drawn[group] ?? 0) + 1;
    }
    return this.#groups.map((group) => drawn[group] ?? 0);
  }
}

export interface BootstrapOptions {
  /** The sender of each row; undefined where they are not known. */
  readonly groups: Uint32Array | undefined;
  /** Probability from which a row counts as called spam. */
  readonly threshold: number;
  readonly seed: number;
  readonly replicates?: number;
}

/** The 95 % intervals of the figures by the percentile bootstrap over senders. */
export function bootstrapIntervals(scored: Scored, options: BootstrapOptions): Intervals {
  const { groups, threshold, seed, replicates = REPLICATES } = options;
  const figures = new WeightedFigures(scored, threshold);
  const weights = new BootstrapWeights(scored.labels.length, groups, seed);
  const drawn = Array.from({ length: replicates }, () => figures.of(weights.next()));
  const of = (key: keyof Figures) => middle(drawn.map((one) => one[key]));
  return {
    accuracy: of("accuracy"),
    auc: of("auc"),
    recallAt1PercentFpr: of("recallAt1PercentFpr"),
    logLoss: of("logLoss"),
    brier: of("brier"),
  };
}

/** Value below which the given share of the finite numbers lies; null where fewer than half are finite. */
export function quantile(values: readonly number[], part: number): number | null {
  const sorted = Float64Array.from(values.filter(Number.isFinite)).sort();
  if (sorted.length === 0 || sorted.length < values.length / 2) return null;
  return sorted[Math.min(Math.floor(part * sorted.length), sorted.length - 1)] ?? null;
}

function middle(values: readonly number[]): Interval | null {
  const [low, high] = [quantile(values, 0.025), quantile(values, 0.975)];
  return low === null || high === null ? null : { low, high };
}

/** The same groups, numbered from 0 without gaps. */
function denseNumbers(groups: Uint32Array): Uint32Array {
  const numbers = new Map<number, number>();
  return groups.map((group) => {
    const number = numbers.get(group) ?? numbers.size;
    numbers.set(group, number);
    return number;
  });
}
