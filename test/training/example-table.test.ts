import { describe, expect, it } from "vitest";
import { extractFeatures } from "../../features/index.ts";
import { networkOf, tableOf } from "../../training/example-table.ts";
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

  it("numbers the networks of the senders", () => {
    const from = (address: string) => example({ client: { address, port: 25 } });
    const examples = ["192.0.2.7", "198.51.100.7", "192.0.2.200", "2001:db8::1"].map(from);
    expect(tableOf(examples, []).groups).toEqual(Uint32Array.of(0, 1, 0, 2));
  });
});

describe("networkOf", () => {
  it.each([
    ["192.0.2.7", "192.0.2"],
    ["::ffff:192.0.2.7", "192.0.2"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1"],
    ["2001:0DB8:0001::9", "2001:db8:1"],
    ["2001:db8::9", "2001:db8:0"],
    ["::1", "0:0:0"],
    ["somewhere", "somewhere"],
  ])("makes of %s %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
