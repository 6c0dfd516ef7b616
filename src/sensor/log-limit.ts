const MINUTE_MILLISECONDS = 60_000;

/** Lets one of a kind of log lines pass each minute, and counts the others. */
export class LogLimit {
  #last = Number.NEGATIVE_INFINITY;
  #suppressed = 0;

  /** How many lines were held back since the last one, where this one may be written at `now`; else undefined. */
  pass(now: number): number | undefined {
    if (now - this.#last < MINUTE_MILLISECONDS) {
      this.#suppressed += 1;
      return undefined;
    }
    const suppressed = this.#suppressed;
    this.#last = now;
    this.#suppressed = 0;
    return suppressed;
  }
}
