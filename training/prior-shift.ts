import { logOddsOf, probabilityOf } from "./log-odds.ts";

/** Scores that the present share is estimated from: a day of a small site, some minutes of a large one. */
const WINDOW = 500;

/**
 * As many mails of the trained share are counted in: the first scores of a new window, and a model whose scores
 * are a little off, then move the share little.
 */
const TRAINED_MAILS = 50;

/** Largest shift, in log-odds: four and a half times the odds. What would be more is a fault rather than a change. */
export const LARGEST_SHIFT = 1.5;

/** Keeps the log-odds of a share finite. */
const MARGIN = 1e-3;

/**
 * Follows the share of spam among the mails that are scored. A model's probabilities hold for the share that it was
 * trained at; where spam is twice as frequent today, so are the odds of every mail. The share is that which
 * explains the scores best (expectation maximisation: Saerens, Latinne and Decaestecker 2002), one step for each
 * mail. It is estimated from the scores alone and never from labels, because what teachers label is no fair sample,
 * and only from mails before the one that is judged.
 */
export class PriorEstimator {
  readonly #trained: number;
  readonly #window = new Float64Array(WINDOW);
  #observed = 0;
  #share: number;

  /** @param trainedShare share of spam among the examples of the model, between 0 and 1 */
  constructor(trainedShare: number) {
    this.#trained = trainedShare;
    this.#share = trainedShare;
  }

  /** What to add to the log-odds of the next mail. */
  get shift(): number {
    return shiftBetween(this.#trained, this.#share);
  }

  /** The share of spam as it seems to be now. */
  get share(): number {
    return this.#share;
  }

  /** Takes note of a mail that was judged: its log-odds as the model gave them, without a shift. */
  observe(logOdds: number): void {
    this.#window[this.#observed % WINDOW] = logOdds;
    this.#observed += 1;
    const filled = Math.min(this.#observed, WINDOW);
    const shift = this.shift;
    let spam = this.#trained * TRAINED_MAILS;
    for (let i = 0; i < filled; i += 1) spam += probabilityOf((this.#window[i] ?? 0) + shift);
    this.#share = spam / (filled + TRAINED_MAILS);
  }
}

/** The shift, within its bounds, for mail of another share of spam than the model was trained at. */
export function shiftBetween(trainedShare: number, presentShare: number): number {
  const shift = logOddsOf(presentShare, MARGIN) - logOddsOf(trainedShare, MARGIN);
  return Math.min(Math.max(shift, -LARGEST_SHIFT), LARGEST_SHIFT);
}
