import { describe, expect, it } from "vitest";
import { extractFeatures } from "../../features/index.ts";
import { tableOf } from "../../training/example-table.ts";
import { flowRecord } from "../support/flow-record.ts";
import { example } from "./examples.ts";

describe("tableOf", () => {
  it("has a row for each example and a column for each name", () => {
    const examples = [
      example({ label: "spam", features: { a: 1, b: null, unknown: 9 } }),
      example({ features: { b: 2 } }),
    ];
    expect(tableOf(examples, ["b", "a"])).toMatchObject({
      names: ["b", "a"],
      columns: [Float64Array.of(NaN, 2), Float64Array.of(1, NaN)],
      labels: Uint8Array.of(1, 0),
      rows: 2,
    });
  });

  it("takes the time of the decision, or else that of the last segment", () => {
    const examples = [example({ ended: 10 }), example({ ended: 10, time: 12 })];
    expect(tableOf(examples, []).times).toEqual(Float64Array.of(10, 12));
  });

  it("computes features from the raw record where there is one", () => {
    const record = flowRecord({ handshakeRttNanoseconds: 5e7 });
    const stale = { handshake_rtt: 99 };
    const { columns } = tableOf([example({ record, features: stale })], ["handshake_rtt"]);
    expect(columns).toEqual([Float64Array.of(0.05)]);
    expect(extractFeatures(record)["handshake_rtt"]).toBe(0.05);
  });
});
