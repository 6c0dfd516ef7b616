import type { FlowRecord } from "../flow/flow-record.ts";
import { FEATURES } from "./feature-table.ts";

/** Features by name, in the table's order. Null: could not be observed. */
export type FeatureVector = Readonly<Record<string, number | null>>;

/** The names of all features, in the table's order. */
export const FEATURE_NAMES: readonly string[] = FEATURES.map((feature) => feature.name);

/** Has all names already: a copy of it is filled many times as fast as an object that grows. */
const EMPTY_VECTOR: FeatureVector = Object.fromEntries(FEATURE_NAMES.map((name) => [name, null]));

/** Computes all features of a flow as it stood when the record was made. */
export function extractFeatures(record: FlowRecord): FeatureVector {
  const vector: Record<string, number | null> = { ...EMPTY_VECTOR };
  for (const feature of FEATURES) vector[feature.name] = feature.of(record);
  return vector;
}
