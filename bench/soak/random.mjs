/** Whole numbers and choices that a seed repeats: xorshift32 of Marsaglia, "Xorshift RNGs" (2003). */
export class SeededRandom {
  #state;

  constructor(seed) {
    // The generator stays at zero for ever when it starts there.
    this.#state = seed >>> 0 || 1;
  }

  /** From 0 to `end`, which is excluded. */
  below(end) {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state >>> 0;
    return this.#state % end;
  }

  /** One of these rows, each as often as its `weight` says. */
  pick(rows) {
    let rest = this.below(rows.reduce((sum, { weight }) => sum + weight, 0));
    return rows.find(({ weight }) => (rest -= weight) < 0);
  }

  bytes(length) {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}
