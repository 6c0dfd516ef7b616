import { extractFeatures, type FeatureVector } from "../features/index.ts";
import type { Example } from "./example.ts";
import type { Table } from "./table.ts";

/** The features of examples as a table, a row for each in the given order; a feature that one lacks is missing. */
export function tableOf(examples: readonly Example[], names: readonly string[]): Table {
  const columns = names.map(() => new Float64Array(examples.length));
  examples.forEach((example, row) => {
    const features = featuresOf(example);
    names.forEach((name, i) => columns[i]?.fill(features[name] ?? Number.NaN, row, row + 1));
  });
  return {
    names,
    columns,
    labels: Uint8Array.from(examples, ({ label }) => (label === "spam" ? 1 : 0)),
    times: Float64Array.from(examples, timeOf),
    rows: examples.length,
  };
}

/** When the mail was decided, epoch seconds. */
export function timeOf({ time, ended }: Example): number {
  return time ?? ended;
}

function featuresOf({ record, features }: Example): FeatureVector {
  return record === undefined ? features : extractFeatures(record);
}
