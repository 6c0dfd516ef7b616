import type { Scored } from "./scored.ts";

/** The figures that come with an interval. */
export interface Figures {
  readonly accuracy: number;
  readonly auc: number;
  readonly recallAt1PercentFpr: number;
  readonly logLoss: number;
  readonly brier: number;
}

/** As in logLoss: a probability of 0 or 1 that was wrong must not cost the world. */
const SMALLEST_PROBABILITY = 1e-15;

/**
 * Figures of rows that count more or less than once, such as those of a bootstrap sample, or of another share of
 * spam. The rows are sorted once, so that a thousand samples cost a thousand passes and no sort.
 */
export class WeightedFigures {
  readonly #labels: Uint8Array;
  readonly #threshold: number;
  /** Row numbers from the highest probability down, and the probabilities in that order. */
  readonly #order: Uint32Array;
  readonly #sorted: Float64Array;
  readonly #losses: Float64Array;

  constructor({ labels, probabilities }: Scored, threshold: number) {
    this.#labels = labels;
    this.#threshold = threshold;
    this.#order = Uint32Array.from(labels, (_, row) => row).sort(
      (a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0),
    );
    this.#sorted = Float64Array.from(this.#order, (row) => probabilities[row] ?? 0);
    this.#losses = Float64Array.from(labels, (label, row) => {
      const given = label === 1 ? (probabilities[row] ?? 0) : 1 - (probabilities[row] ?? 0);
      return -Math.log(Math.max(given, SMALLEST_PROBABILITY));
    });
  }

  /** Mean loss of the rows alone, for differences between two models on the same rows. */
  meanLoss(weights: ArrayLike<number>): number {
    let [loss, total] = [0, 0];
    for (let row = 0; row < this.#losses.length; row += 1) {
      const weight = weights[row] ?? 0;
      loss += weight * (this.#losses[row] ?? 0);
      total += weight;
    }
    return loss / total;
  }

  /** NaN where the weighted rows do not define a figure. */
  of(weights: ArrayLike<number>): Figures {
    const [spam, ham] = this.#totals(weights);
    const walk = this.#walk(weights, ham);
    return {
      accuracy: walk.right / (spam + ham),
      auc: walk.area / (spam * ham),
      recallAt1PercentFpr: (ham > 0 ? walk.foundAt1Percent : Number.NaN) / spam,
      logLoss: this.meanLoss(weights),
      brier: walk.squares / (spam + ham),
    };
  }

  #totals(weights: ArrayLike<number>): readonly [spam: number, ham: number] {
    const totals: [number, number] = [0, 0];
    this.#labels.forEach((label, row) => {
      totals[label === 1 ? 0 : 1] += weights[row] ?? 0;
    });
    return totals;
  }

  /** From the highest probability down; rows of one probability are passed together. */
  #walk(weights: ArrayLike<number>, allHam: number) {
    const sums = { right: 0, area: 0, squares: 0, foundAt1Percent: 0 };
    let [spam, ham, place] = [0, 0, 0];
    while (place < this.#sorted.length) {
      const probability = this.#sorted[place] ?? 0;
      const [spamBefore, hamBefore] = [spam, ham];
      for (; this.#sorted[place] === probability; place += 1) {
        const row = this.#order[place] ?? 0;
        const weight = weights[row] ?? 0;
        if (this.#labels[row] === 1) spam += weight;
        else ham += weight;
      }
      const [newSpam, newHam] = [spam - spamBefore, ham - hamBefore];
      sums.right += probability >= this.#threshold ? newSpam : newHam;
      sums.area += newHam * (spamBefore + newSpam / 2);
      sums.squares += newSpam * (1 - probability) ** 2 + newHam * probability ** 2;
      if (ham <= 0.01 * allHam) sums.foundAt1Percent = spam;
    }
    return sums;
  }
}
