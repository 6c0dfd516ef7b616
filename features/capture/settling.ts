/**
 * How long a program gets, after a barrier was asked for, to bring what had reached its interface. tcpdump at the other
 * end of a pipe brings 99 of 100 frames within 6 ms on a busy machine and was never later than 20 ms in 1,129 looks.
 */
export const SETTLE_MILLISECONDS = 20;

/** A program whose newest frame is later than this against its fastest is behind. */
const BEHIND_MILLISECONDS = 10;
/** A frame that came longer ago tells nothing of the present. */
const MEMORY_MILLISECONDS = 50;
/** The fastest frame is one of the last minute or two, so that a clock that was set does not count for ever. */
const WINDOW_MILLISECONDS = 60_000;

/**
 * Tells whether a program is behind with the frames that it brings. Its clock may be another host's, so that the time
 * from a frame's stamp to its arrival says nothing in itself: what counts is how much longer it took than the fastest.
 */
export class Settling {
  #windowStart = Number.NEGATIVE_INFINITY;
  #fastest = Number.POSITIVE_INFINITY;
  #fastestBefore = Number.POSITIVE_INFINITY;
  #newestLag = 0;
  #newestArrival = Number.NEGATIVE_INFINITY;

  /** A frame with the stamp `stamped` arrived; both in milliseconds, each of its own clock. */
  saw(stamped: number, arrived: number): void {
    const lag = arrived - stamped;
    if (arrived - this.#windowStart > WINDOW_MILLISECONDS) {
      this.#windowStart = arrived;
      this.#fastestBefore = this.#fastest;
      this.#fastest = Number.POSITIVE_INFINITY;
    }
    if (lag < this.#fastest) this.#fastest = lag;
    this.#newestLag = lag;
    this.#newestArrival = arrived;
  }

  /** Whether what was asked for at `asked` can be taken to have come by `now`; on the clock of arrivals. */
  isSettled(asked: number, now: number): boolean {
    return now - asked >= SETTLE_MILLISECONDS && !this.#isBehind(now);
  }

  #isBehind(now: number): boolean {
    if (now - this.#newestArrival > MEMORY_MILLISECONDS) return false;
    return this.#newestLag - Math.min(this.#fastest, this.#fastestBefore) > BEHIND_MILLISECONDS;
  }
}
