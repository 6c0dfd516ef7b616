/** A double holds integers exactly up to this many bits. */
const EXACT_BITS = 53;

/** More bits than this of a row's gradient change no split. */
const MOST_BITS = 16;

/**
 * Gradient and hessian of a row as one integer: `gradient · shift + hessian`, each in units of its own. Sums of them
 * stay exact up to the number of rows that the pack was made for, so that a histogram needs one addition a row, and
 * a sibling's histogram is the exact difference of its parent's and its brother's.
 */
export interface GradientPack {
  readonly shift: number;
  /** Loss units of one gradient unit, and of one hessian unit. */
  readonly gradientUnit: number;
  readonly hessianUnit: number;
}

/** Where all gradients are zero: small, and still not zero when it is divided. */
const SMALLEST_LARGEST = 1e-200;

/** Chooses units such that the largest gradient and hessian of the rows use the bits that there are. */
export function packFor(
  rows: number,
  largest: { readonly gradient: number; readonly hessian: number },
): GradientPack {
  const countBits = Math.ceil(Math.log2(rows + 1));
  const free = EXACT_BITS - 1 - 2 * countBits;
  const hessianBits = Math.min(Math.max(Math.floor(free / 2) - 1, 1), MOST_BITS);
  const gradientBits = Math.min(Math.max(free - hessianBits, 1), MOST_BITS);
  return {
    shift: 2 ** (countBits + hessianBits),
    gradientUnit: Math.max(largest.gradient, SMALLEST_LARGEST) / (2 ** gradientBits - 1),
    hessianUnit: Math.max(largest.hessian, SMALLEST_LARGEST) / (2 ** hessianBits - 1),
  };
}

/**
 * Packs the gradients of all rows into `packed`. Rounding is up or down by chance, so that sums are right on average: of many
 * rows with small hessians the nearest integer would be zero for all.
 */
export function packGradients(
  from: { readonly gradients: Float64Array; readonly hessians: Float64Array },
  pack: GradientPack,
  packed: Float64Array,
  uniform: () => number,
): void {
  const { gradients, hessians } = from;
  const { shift, gradientUnit, hessianUnit } = pack;
  for (let row = 0; row < packed.length; row += 1) {
    const chance = uniform();
    const gradient = Math.floor((gradients[row] ?? 0) / gradientUnit + chance);
    // 1 − chance is as random, and the two roundings need not be independent.
    const hessian = Math.floor((hessians[row] ?? 0) / hessianUnit + 1 - chance);
    packed[row] = gradient * shift + hessian;
  }
}
