/**
 * The slots that hold something, by the ordinals of what they hold. Both go into one number, so that a million of them are
 * sorted without a comparison in JavaScript: exact while the product of ordinals and slots is below 2^53.
 */
export function inOrder<Held>(
  held: readonly (Held | undefined)[],
  ordinalOf: (each: Held) => number,
): Float64Array {
  const slots = held.length;
  const keys = new Float64Array(slots);
  let count = 0;
  for (const [slot, each] of held.entries()) {
    if (each !== undefined) keys[count++] = ordinalOf(each) * slots + slot;
  }
  return keys
    .subarray(0, count)
    .sort()
    .map((key) => key % slots);
}
