import { describe, expect, it } from "vitest";
import { extractFeatures, FEATURE_NAMES } from "../../../features/extract/extract-features.ts";
import { FlowTable } from "../../../features/flow/flow-table.ts";
import { flowRecord } from "../../support/flow-record.ts";
import { at, fromClient, tcp } from "../../support/tcp-exchange.ts";

describe("extractFeatures", () => {
  it("computes every feature of the table, by name and in its order", () => {
    const features = extractFeatures(flowRecord());
    expect(Object.keys(features)).toEqual(FEATURE_NAMES);
    expect(features).toMatchObject({
      client_packets: 10,
      server_packets: 13,
      client_min_window: 64_000,
      client_max_idle: 0.04,
      handshake_rtt: 0.03,
      rtt_variance: 2.5e-7,
    });
  });

  it("has counts of 0 and nothing else for a side that was silent", () => {
    const table = new FlowTable();
    table.see(tcp(fromClient({ flags: "S" })));
    const features = extractFeatures(at([...table.flows()], 0).record());
    const server = Object.entries(features).filter(([name]) => name.startsWith("server_"));
    expect(Object.fromEntries(server)).toEqual({
      server_packets: 0,
      server_retransmissions: 0,
      server_out_of_order: 0,
      server_resets: 0,
      server_fins: 0,
      server_zero_windows: 0,
      server_min_window: null,
      server_max_idle: null,
      server_gap_variance: null,
      server_payload_bytes: 0,
      server_unique_bytes: 0,
      server_duplicate_acks: 0,
      server_syn_retransmissions: 0,
      server_mss_segments: null,
    });
    expect(features).toMatchObject({ handshake_rtt: null, rtt_variance: null });
  });

  it("gives the same for a record that went through JSON", () => {
    const record = flowRecord({ handshakeRttNanoseconds: null });
    expect(extractFeatures(JSON.parse(JSON.stringify(record)) as typeof record)).toEqual(
      extractFeatures(record),
    );
  });
});
