import type { FlowRecord, SideRecord } from "../../features/index.ts";

const side: SideRecord = {
  packets: 10,
  retransmissions: 0,
  outOfOrder: 0,
  resets: 0,
  fins: 1,
  syns: 1,
  zeroWindows: 0,
  zeroWindowProbes: 0,
  payloadBytes: 500,
  uniqueBytes: 500,
  minWindowUnscaled: 500,
  windowShift: 7,
  gaps: { count: 9, mean: 2e7, m2: 1e15 },
  maxGapNanoseconds: 4e7,
  maximumSegmentSize: 1460,
  sackPermitted: true,
  timestamps: true,
  hopLimit: 52,
};

/** A complete flow of an ordinary client, with what a test wants to be otherwise. */
export function flowRecord(changes: Partial<FlowRecord> = {}): FlowRecord {
  return {
    client: { address: "192.0.2.7", port: 41231 },
    server: { address: "198.51.100.2", port: 25 },
    started: 1_764_000_000.5,
    ended: 1_764_000_001.5,
    complete: true,
    handshakeRttNanoseconds: 3e7,
    rtt: { count: 4, mean: 3e7, m2: 1e12 },
    clientSide: side,
    serverSide: { ...side, packets: 13 },
    ...changes,
  };
}
