import { describe, expect, it } from "vitest";
import { FEATURES, PAPER_FEATURES } from "../../../features/extract/feature-table.ts";
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

const STREAM_UNITS = [
  ["payload_bytes", "bytes"],
  ["unique_bytes", "bytes"],
  ["duplicate_acks", "count"],
  ["syn_retransmissions", "count"],
  ["mss_segments", "count"],
] as const;

describe("the feature table", () => {
  it("has the names and units on which models and files rely, in their order", () => {
    expect(PAPER_FEATURES.map(({ name, unit }) => [name, unit])).toEqual([
      ...SIDE_UNITS.map(([name, unit]) => [`client_${name}`, unit]),
      ...SIDE_UNITS.map(([name, unit]) => [`server_${name}`, unit]),
      ["handshake_rtt", "seconds"],
      ["rtt_variance", "seconds²"],
    ]);
  });

  it("keeps the names and units of the further ones, too, behind those of the papers", () => {
    expect(FEATURES.slice(0, 20)).toEqual(PAPER_FEATURES);
    expect(FEATURES.slice(20).map(({ name, unit }) => [name, unit])).toEqual([
      ...STREAM_UNITS.map(([name, unit]) => [`client_${name}`, unit]),
      ...STREAM_UNITS.map(([name, unit]) => [`server_${name}`, unit]),
      ["client_first_data", "bytes"],
      ["client_full_share", "share"],
      ["client_size_variance", "bytes²"],
      ["client_push_spacing", "bytes"],
      ["client_think_mean", "seconds"],
      ["client_think_max", "seconds"],
      ["client_syn_window", "bytes"],
      ["client_mss", "bytes"],
      ["client_window_scale", "bits"],
      ["client_sack_permitted", "yes or no"],
      ["client_timestamps", "yes or no"],
      ["client_option_order", "code"],
      ["client_ttl", "hops"],
      ["client_hops", "hops"],
      ["rtt_min", "seconds"],
      ["rtt_mean", "seconds"],
      ["throughput", "bytes per second"],
      ["packet_ratio", "ratio"],
      ["greet_wait", "seconds"],
      ["client_jitter_over_rtt", "ratio"],
      ["client_idle_over_rtt", "ratio"],
      ["rtt_deviation_over_rtt", "ratio"],
      ["duration_over_rtt", "ratio"],
      ["client_bytes_over_window", "ratio"],
      ["open_neighbours", "count"],
      ["half_open_neighbours", "count"],
      ["vanished_neighbours", "count"],
      ["last_ack_neighbours", "count"],
      ["fin_wait_neighbours", "count"],
    ]);
  });

  it("has each name once, and finds in an old record what it can", () => {
    expect(new Set(FEATURES.map(({ name }) => name)).size).toBe(FEATURES.length);
    const known = FEATURES.filter(({ of }) => of(flowRecord()) !== null).map(({ name }) => name);
    expect(known).toHaveLength(20 + 6 + 5 + 7);
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
    const counts = PAPER_FEATURES.filter(({ unit }) => unit === "count").map(({ of }) =>
      of(record),
    );
    expect(counts).toEqual([1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16]);
  });
});
