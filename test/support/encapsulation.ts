import type { Frame } from "../../features/decode/segment.ts";
import { concatenate, uint16Bytes, uint32Bytes } from "./byte-building.ts";

/** Builds what carries an IP packet: the bytes of the outer headers with the packet in them, Ethernet first. */
export type Encapsulation = (packet: Uint8Array) => Uint8Array;

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const MPLS = 0x8847;
const PPPOE = 0x8864;
const TRANSPARENT_ETHERNET = 0x6558;

const OUTER_FROM = [203, 0, 113, 1];
const OUTER_TO = [203, 0, 113, 2];

export function versionOf(packet: Uint8Array): 4 | 6 {
  return (packet[0] ?? 0) >>> 4 === 4 ? 4 : 6;
}

export function etherTypeOf(packet: Uint8Array): number {
  return versionOf(packet) === 4 ? IPV4 : IPV6;
}

export function ethernet(etherType: number, payload: Uint8Array): Uint8Array {
  return concatenate([2, 0, 0, 0, 0, 8, 2, 0, 0, 0, 0, 9], uint16Bytes(etherType), payload);
}

export function outerIpv4(protocol: number, payload: Uint8Array): Uint8Array {
  const length = uint16Bytes(20 + payload.length);
  const rest = [0, 1, 0x40, 0, 64, protocol, 0, 0, ...OUTER_FROM, ...OUTER_TO];
  return concatenate([0x45, 0], length, rest, payload);
}

export function outerIpv6(protocol: number, payload: Uint8Array): Uint8Array {
  const address = (last: number): number[] => [
    0x20,
    1,
    0xd,
    0xb8,
    ...Array<number>(11).fill(0),
    last,
  ];
  const length = uint16Bytes(payload.length);
  return concatenate([0x60, 0, 0, 0], length, [protocol, 64], address(1), address(2), payload);
}

/** A GRE header with the optional fields that `flags` announce, all zero. */
export function gre(flags: number, type: number, payload: Uint8Array): Uint8Array {
  const fields = [0x8000, 0x2000, 0x1000].filter((flag) => (flags & flag) !== 0).length;
  return concatenate(uint16Bytes(flags), uint16Bytes(type), new Uint8Array(4 * fields), payload);
}

export function mplsLabels(count: number, payload: Uint8Array): Uint8Array {
  const labels = Array.from({ length: count }, (_, index) =>
    uint32Bytes(((16 + index) << 12) | (index === count - 1 ? 0x100 : 0) | 64),
  );
  return concatenate(...labels, payload);
}

export function ppp(packet: Uint8Array): Uint8Array {
  return concatenate(uint16Bytes(versionOf(packet) === 4 ? 0x0021 : 0x0057), packet);
}

export function pppoe(packet: Uint8Array): Uint8Array {
  const inner = ppp(packet);
  return concatenate([0x11, 0, 0, 1], uint16Bytes(inner.length), inner);
}

export function vlans(count: number, etherType: number, payload: Uint8Array): Uint8Array {
  const tags = Array.from({ length: count }, (_, tag) => [
    ...uint16Bytes(100 + tag),
    ...uint16Bytes(tag === count - 1 ? etherType : 0x8100),
  ]);
  return concatenate(...tags, payload);
}

export function snap(packet: Uint8Array): Uint8Array {
  return concatenate([0xaa, 0xaa, 3, 0, 0, 0], uint16Bytes(etherTypeOf(packet)), packet);
}

const protocolOf = (packet: Uint8Array): number => (versionOf(packet) === 4 ? 4 : 41);
const inIpv4 = (protocol: number, payload: Uint8Array): Uint8Array =>
  ethernet(IPV4, outerIpv4(protocol, payload));

/** What the decoder looks through, by name. */
export const ENCAPSULATIONS: Readonly<Record<string, Encapsulation>> = {
  "IP in IPv4": (packet) => inIpv4(protocolOf(packet), packet),
  "IP in IPv6": (packet) => ethernet(IPV6, outerIpv6(protocolOf(packet), packet)),
  PPPoE: (packet) => ethernet(PPPOE, pppoe(packet)),
  "PPPoE over QinQ": (packet) => ethernet(0x88a8, vlans(2, PPPOE, pppoe(packet))),
  "one MPLS label": (packet) => ethernet(MPLS, mplsLabels(1, packet)),
  "three MPLS labels in a VLAN": (packet) =>
    ethernet(0x8100, vlans(1, MPLS, mplsLabels(3, packet))),
  "an MPLS pseudowire with a control word": (packet) =>
    ethernet(
      MPLS,
      mplsLabels(2, concatenate(uint32Bytes(7), ethernet(etherTypeOf(packet), packet))),
    ),
  GRE: (packet) => inIpv4(47, gre(0, etherTypeOf(packet), packet)),
  "GRE with a key": (packet) => inIpv4(47, gre(0x2000, etherTypeOf(packet), packet)),
  "GRE with checksum, key and sequence number": (packet) =>
    inIpv4(47, gre(0xb000, etherTypeOf(packet), packet)),
  "GRE over IPv6": (packet) => ethernet(IPV6, outerIpv6(47, gre(0, etherTypeOf(packet), packet))),
  "Ethernet in GRE": (packet) =>
    inIpv4(47, gre(0, TRANSPARENT_ETHERNET, ethernet(etherTypeOf(packet), packet))),
  "MPLS in GRE": (packet) => inIpv4(47, gre(0, MPLS, mplsLabels(1, packet))),
  "PPP in the GRE of PPTP": (packet) =>
    inIpv4(47, concatenate([0x30, 0x81, 0x88, 0x0b], new Uint8Array(12), ppp(packet))),
  "LLC and SNAP": (packet) => ethernet(8 + packet.length, snap(packet)),
  "IP in IP in IP": (packet) => inIpv4(4, outerIpv4(protocolOf(packet), packet)),
};

/** The frame of a raw IP packet, put into an encapsulation; nothing else of it changes. */
export function encapsulated(raw: Frame, encapsulation: Encapsulation): Frame {
  const packet = raw.bytes.subarray(raw.offset, raw.offset + raw.capturedLength);
  const bytes = encapsulation(packet);
  const uncaptured = raw.originalLength - raw.capturedLength;
  return {
    ...raw,
    bytes,
    offset: 0,
    capturedLength: bytes.length,
    originalLength: bytes.length + uncaptured,
    linkType: 1,
  };
}
