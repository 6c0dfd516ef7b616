import fc from "fast-check";

/** Places to cut a stream at, as shares of its length: a few anywhere, or one byte at a time for short streams. */
export const cuts: fc.Arbitrary<readonly number[]> = fc.oneof(
  fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }),
  fc.constant(Array.from({ length: 200 }, (_, index) => index / 200)),
);

/** The bytes in chunks, cut at these shares of their length; chunks may be empty. */
export function chunksOf(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const offsets = places.map((place) => Math.floor(place * bytes.length));
  const sorted = [0, ...offsets, bytes.length].toSorted((a, b) => a - b);
  return sorted.slice(1).map((end, index) => bytes.slice(sorted[index], end));
}
