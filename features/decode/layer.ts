import type { AddressFamily, IgnoredReason } from "./segment.ts";

/** A header that may stand before a TCP header. */
export type LayerName =
  "ethernet" | "snap" | "vlan" | "pppoe" | "ppp" | "mpls" | "ip" | "gre" | "udp";

/** What follows a header: another one by its name, the TCP header, or nothing that we can read, and why. */
export type Following = LayerName | "tcp" | IgnoredReason;

/**
 * Reads the header at `packet.at`, moves `at` behind it and says what stands there. `at` may then lie beyond what was
 * captured: the next layer says so.
 */
export type Layer = (packet: PacketUnderway) => Following;

/** How far the decoding of one packet has come. One object serves all packets of a decoder. */
export interface PacketUnderway {
  bytes: Uint8Array;
  /** Where the next header starts. */
  at: number;
  /** Where the captured bytes end. */
  capturedEnd: number;
  /** Where the packet ended on the wire, by the innermost length field read so far. */
  end: number;
  /** Of the innermost IP header. */
  family: AddressFamily;
  sourceOffset: number;
  destinationOffset: number;
  hopLimit: number;
}

export function packetUnderway(): PacketUnderway {
  return {
    bytes: new Uint8Array(0),
    at: 0,
    capturedEnd: 0,
    end: 0,
    family: 4,
    sourceOffset: 0,
    destinationOffset: 0,
    hopLimit: 0,
  };
}

/** Whether the next `count` bytes were captured. */
export function has(packet: PacketUnderway, count: number): boolean {
  return packet.at + count <= packet.capturedEnd;
}
