import fc from "fast-check";
import type { Scored } from "../../../training/metrics/scored.ts";

/** Rows from pairs of label and probability. */
export function scoredRows(...rows: readonly (readonly [number, number])[]): Scored {
  return {
    labels: Uint8Array.from(rows, ([label]) => label),
    probabilities: Float64Array.from(rows, ([, probability]) => probability),
  };
}

/** Any rows, with many equal probabilities among them. */
export const anyScored: fc.Arbitrary<Scored> = fc
  .array(
    fc.tuple(
      fc.constantFrom(0, 1),
      fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.5, 1)),
    ),
    { maxLength: 60 },
  )
  .map((rows) => scoredRows(...rows));
