/** Uniform numbers from 0 to 1, both excluded: xorshift32 of Marsaglia, "Xorshift RNGs" (2003). */
export function uniformNumbers(seed: number): () => number {
  // Xorshift stays at zero for ever when it starts there; the product spreads small seeds over the 32 bits.
  let state = Math.imul(seed | 0, 0x9e37_79b1) | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/**
 * At most `limit` (2 or more) row numbers in rising order, drawn at random from each class by its share of the rows; a class
 * that has rows at all keeps at least one.
 */
export function drawRows(labels: Uint8Array, limit: number, seed: number): Uint32Array {
  if (labels.length <= limit) return Uint32Array.from(labels, (_, row) => row);
  const left: [number, number] = [0, 0];
  for (const label of labels) left[classOf(label)] += 1;
  const share = Math.round((limit * left[1]) / labels.length);
  const spam = Math.min(Math.max(share, 1), limit - 1);
  const wanted: [number, number] = [limit - spam, spam];
  const uniform = uniformNumbers(seed);
  const drawn: number[] = [];
  // Selection sampling (Knuth, TAOCP 2, 3.4.2, algorithm S): each subset of the wanted size is equally likely.
  labels.forEach((label, row) => {
    const kind = classOf(label);
    if (uniform() * left[kind] < wanted[kind]) {
      wanted[kind] -= 1;
      drawn.push(row);
    }
    left[kind] -= 1;
  });
  return Uint32Array.from(drawn);
}

/**
 * `count` row numbers in rising order, each as often as its share of all weight has it, rounded up or down by
 * chance: systematic sampling, in which one random number places a comb over the summed weights.
 */
export function drawByWeight(weights: Float64Array, count: number, seed: number): Uint32Array {
  const step = weights.reduce((sum, weight) => sum + weight, 0) / count;
  const drawn = new Uint32Array(count);
  const start = uniformNumbers(seed)() * step;
  let [row, passed] = [0, weights[0] ?? 0];
  for (let i = 0; i < count; i += 1) {
    while (passed < start + i * step && row < weights.length - 1) {
      row += 1;
      passed += weights[row] ?? 0;
    }
    drawn[i] = row;
  }
  return drawn;
}

/**
 * At most `limit` rows for a learner that knows no weights of rows: where they have any, one that counts double is
 * drawn twice as often.
 */
export function drawForDescent(
  labels: Uint8Array,
  limit: number,
  { seed, rowWeights }: { readonly seed: number; readonly rowWeights?: Float64Array },
): Uint32Array {
  if (rowWeights === undefined) return drawRows(labels, limit, seed);
  return drawByWeight(rowWeights, Math.min(labels.length, limit), seed);
}

function classOf(label: number): 0 | 1 {
  return label === 0 ? 0 : 1;
}
