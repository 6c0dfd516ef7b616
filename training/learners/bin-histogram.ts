/** Rows from which on going through all bins is cheaper than remembering which were met. */
const DENSE_FROM = 96;

const ALL_BINS = 256;

/** Weight per bin of some rows, of one feature at a time, as a list of the bins that were met. */
export class BinHistogram {
  /** The bins that were met, rising; the missing one, if met, is the last. */
  readonly bins = new Uint8Array(ALL_BINS);
  /** The weight in each of them. */
  readonly sums = new Float64Array(ALL_BINS);
  readonly #byBin = new Float64Array(ALL_BINS);
  readonly #met = new Int32Array(ALL_BINS / 32);

  /** Collects the rows from `start` to `end`, whose weights are above zero; returns how many bins they meet. */
  collect(
    column: Uint8Array,
    of: { readonly rows: Int32Array; readonly weights: Float64Array },
    start: number,
    end: number,
  ): number {
    const { rows, weights } = of;
    const byBin = this.#byBin;
    if (end - start < DENSE_FROM) return this.#collectFew(column, of, start, end);
    for (let i = start; i < end; i += 1) {
      const bin = column[rows[i] ?? 0] ?? 0;
      byBin[bin] = (byBin[bin] ?? 0) + (weights[i] ?? 0);
    }
    return this.#listAll();
  }

  #listAll(): number {
    const { bins, sums } = this;
    const byBin = this.#byBin;
    let count = 0;
    for (let bin = 0; bin < ALL_BINS; bin += 1) {
      const sum = byBin[bin] ?? 0;
      if (sum === 0) continue;
      bins[count] = bin;
      sums[count] = sum;
      byBin[bin] = 0;
      count += 1;
    }
    return count;
  }

  #collectFew(
    column: Uint8Array,
    { rows, weights }: { readonly rows: Int32Array; readonly weights: Float64Array },
    start: number,
    end: number,
  ): number {
    const byBin = this.#byBin;
    const met = this.#met;
    for (let i = start; i < end; i += 1) {
      const bin = column[rows[i] ?? 0] ?? 0;
      byBin[bin] = (byBin[bin] ?? 0) + (weights[i] ?? 0);
      met[bin >> 5] = (met[bin >> 5] ?? 0) | (1 << (bin & 31));
    }
    return this.#listMet();
  }

  #listMet(): number {
    const { bins, sums } = this;
    const byBin = this.#byBin;
    const met = this.#met;
    let count = 0;
    for (let word = 0; word < met.length; word += 1) {
      let bits = met[word] ?? 0;
      met[word] = 0;
      while (bits !== 0) {
        const bin = (word << 5) + 31 - Math.clz32(bits & -bits);
        bits &= bits - 1;
        bins[count] = bin;
        sums[count] = byBin[bin] ?? 0;
        byBin[bin] = 0;
        count += 1;
      }
    }
    return count;
  }
}
