import { uniformNumbers } from "./draw-rows.ts";

/** Draws of rows with replacement; a row that weighs more is drawn more often. */
export class Bootstrap {
  readonly #rows: number;
  /** Sums of the weights up to each row; undefined where all weigh alike. */
  readonly #summed: Float64Array | undefined;

  constructor(rows: number, weights: Float64Array | undefined) {
    this.#rows = rows;
    if (weights === undefined) return;
    let sum = 0;
    this.#summed = weights.map((weight) => (sum += weight));
  }

  /** How often each row is drawn in as many draws as there are rows. */
  draw(uniform: () => number): Uint16Array {
    const draws = new Uint16Array(this.#rows);
    for (let i = 0; i < this.#rows; i += 1) {
      const row = this.#drawRow(uniform());
      draws[row] = (draws[row] ?? 0) + 1;
    }
    return draws;
  }

  #drawRow(place: number): number {
    const summed = this.#summed;
    if (summed === undefined) return Math.floor(place * this.#rows);
    const wanted = place * (summed.at(-1) ?? 0);
    let [low, high] = [0, this.#rows - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((summed[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/**
 * Random numbers for the given tree: each has a seed of its own, so that it is the same whichever tree is grown
 * before it.
 */
export function uniformNumbersOf(seed: number, tree: number): () => number {
  const uniform = uniformNumbers(
    Math.imul(seed | 0, 0x85eb_ca6b) ^ Math.imul(tree + 1, 0xc2b2_ae35),
  );
  // Xorshift needs some steps until near seeds have parted.
  for (let i = 0; i < 8; i += 1) uniform();
  return uniform;
}
