import { describe, expect, it } from "vitest";
import { FEATURES } from "../../../features/extract/feature-table.ts";
import { flowRecord } from "../../support/flow-record.ts";

const SIDE_UNITS = [
  ["packets", "count"],
  ["retransmissions", "count"],
  ["out_of_order", "count"],
  ["resets", "count"],
  ["fins", "count"],
  ["zero_windows", "count"],
  ["min_window", "bytes"],
  ["max_idle", "seconds"],
  ["gap_variance", "seconds²"],
] as const;

describe("the feature table", () => {
  it("has the names and units on which models and files rely, in their order", () => {
    expect(FEATURES.map(({ name, unit }) => [name, unit])).toEqual([
      ...SIDE_UNITS.map(([name, unit]) => [`client_${name}`, unit]),
      ...SIDE_UNITS.map(([name, unit]) => [`server_${name}`, unit]),
      ["handshake_rtt", "seconds"],
      ["rtt_variance", "seconds²"],
    ]);
  });

  it("says of each feature what it means, when it is absent and where it comes from", () => {
    for (const { meaning, absent, source } of FEATURES) {
      expect(meaning).toMatch(/\w.*\.$/);
      expect(absent).not.toBe("");
      expect(source).not.toBe("");
    }
  });

  it("reads each side's features from that side", () => {
    const { clientSide } = flowRecord();
    const record = flowRecord({
      clientSide: {
        ...clientSide,
        packets: 1,
        retransmissions: 2,
        outOfOrder: 3,
        resets: 4,
        fins: 5,
        zeroWindows: 6,
      },
      serverSide: {
        ...clientSide,
        packets: 11,
        retransmissions: 12,
        outOfOrder: 13,
        resets: 14,
        fins: 15,
        zeroWindows: 16,
      },
    });
    const counts = FEATURES.filter(({ unit }) => unit === "count").map(({ of }) => of(record));
    expect(counts).toEqual([1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16]);
  });
});
