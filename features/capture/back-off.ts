export const FIRST_DELAY_MILLISECONDS = 100;
export const LONGEST_DELAY_MILLISECONDS = 5_000;

/**
 * Delays between the attempts to bring a capture back: each failure doubles the delay up to the longest; a capture
 * that had held for a while starts again with the shortest.
 */
export class BackOff {
  #delay = FIRST_DELAY_MILLISECONDS;
  #lastFailure = Number.NEGATIVE_INFINITY;

  /** The delay after a failure at `now`; both in milliseconds of a monotonic clock. */
  next(now: number): number {
    const held = now - this.#lastFailure > 2 * LONGEST_DELAY_MILLISECONDS;
    const delay = held ? FIRST_DELAY_MILLISECONDS : this.#delay;
    this.#delay = Math.min(2 * delay, LONGEST_DELAY_MILLISECONDS);
    this.#lastFailure = now;
    return delay;
  }
}
