import fc from "fast-check";
import { uniformNumbers } from "../../training/learners/draw-rows.ts";
import type { Table } from "../../training/table.ts";

export interface Mixture {
  readonly rows: number;
  /** Distance of the classes' means, in standard deviations, in the first feature; the others are noise. */
  readonly distance: number;
  /** Share of values that are missing. */
  readonly missing?: number;
  readonly features?: number;
  readonly seed?: number;
}

/** Two classes of normal distributions, drawn with a seed, with times of one second a row. */
export function mixture({ rows, distance, missing = 0, features = 4, seed = 1 }: Mixture): Table {
  const uniform = uniformNumbers(seed);
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const labels = Uint8Array.from({ length: rows }, () => (uniform() < 0.5 ? 1 : 0));
  const columns = Array.from({ length: features }, (_, feature) =>
    Float64Array.from(labels, (label) => {
      const value = normal() + (feature === 0 ? label * distance : 0);
      return uniform() < missing ? Number.NaN : value;
    }),
  );
  const names = columns.map((_, feature) => `feature_${feature}`);
  return { names, columns, labels, times: Float64Array.from(labels, (_, row) => row), rows };
}

/** A table of the given columns and labels, a second between its rows. */
export function tableFrom(
  columns: Readonly<Record<string, readonly number[]>>,
  labels: readonly number[],
): Table {
  return {
    names: Object.keys(columns),
    columns: Object.values(columns).map((values) => Float64Array.from(values)),
    labels: Uint8Array.from(labels),
    times: Float64Array.from(labels, (_, row) => row),
    rows: labels.length,
  };
}

/** Values that a capture or a careless table could bring, the absurd ones often. */
export const anyValue: fc.Arbitrary<number> = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, 1, -1, 1e300, -1e300, 5e-324, Infinity, -Infinity, NaN),
);
