import type { Moments } from "./flow-record.ts";

/**
 * Count, mean and sum of squared deviations of samples taken one by one: B. P. Welford, "Note on a method for calculating
 * corrected sums of squares and products", Technometrics 4 (1962). The same samples in the same order give the same bits,
 * live and from a file.
 */
export class RunningMoments {
  #count = 0;
  #mean = 0;
  #squares = 0;

  add(sample: number): void {
    const deviation = sample - this.#mean;
    this.#count += 1;
    this.#mean += deviation / this.#count;
    this.#squares += deviation * (sample - this.#mean);
  }

  record(): Moments {
    return { count: this.#count, mean: this.#mean, m2: this.#squares };
  }
}
