import { extractFeatures, type FeatureVector } from "../features/index.ts";
import type { Example } from "./example.ts";
import { SenderNumbers } from "./sender-numbers.ts";
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
    groups: networksOf(examples),
  };
}

/** The sender's network of each example: hosts of one network share their path to us, and often their owner. */
function networksOf(examples: readonly Example[]): Uint32Array {
  const networks = new SenderNumbers();
  for (const { client } of examples) networks.add(networkOf(client.address));
  return networks.values();
}

/** When the mail was decided, epoch seconds. */
export function timeOf({ time, ended }: Example): number {
  return time ?? ended;
}

function featuresOf({ record, features }: Example): FeatureVector {
  return record === undefined ? features : extractFeatures(record);
}

/** The first 24 bits of an IPv4 address, the first 48 of an IPv6 address; any other text as it is. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  if (plain.includes(".")) return plain.split(".").slice(0, 3).join(".");
  if (!plain.includes(":")) return plain;
  const [head = "", tail = ""] = plain.toLowerCase().split("::");
  const start = head === "" ? [] : head.split(":");
  const end = tail === "" ? [] : tail.split(":");
  const zeros = plain.includes("::") ? Math.max(8 - start.length - end.length, 0) : 0;
  const words = [...start, ...Array<string>(zeros).fill("0"), ...end].slice(0, 3);
  return words.map((word) => word.replace(/^0+(?=.)/, "")).join(":");
}
