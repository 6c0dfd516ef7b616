import { has } from "./layer.ts";
import type { Following, PacketUnderway } from "./layer.ts";
import { uint8, uint16 } from "./network-order.ts";

/** Protocol numbers, from the list that IANA keeps, that lead to TCP. */
const PROTOCOL_TCP = 6;
const PAYLOADS: Readonly<Partial<Record<number, Following>>> = {
  4: "ip",
  6: "tcp",
  17: "udp",
  41: "ip",
  47: "gre",
};

const IPV4_HEADER_BYTES = 20;
const IPV4_FRAGMENT_OFFSET_MASK = 0x1fff;

const IPV6_HEADER_BYTES = 40;
const IPV6_FRAGMENT_OFFSET_MASK = 0xfff8;

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION_OPTIONS = 60;
const EXTENSION_HEADERS: readonly number[] = [
  HOP_BY_HOP,
  ROUTING,
  FRAGMENT,
  AUTHENTICATION,
  DESTINATION_OPTIONS,
];

/** RFC 8200 §4.1 names each extension header once, destination options twice; the rest is slack. */
const MAX_EXTENSION_HEADERS = 12;

/** The IP header at hand, of either version. */
export function ipLayer(packet: PacketUnderway): Following {
  if (!has(packet, 1)) return "cut-short";
  const version = uint8(packet.bytes, packet.at) >>> 4;
  if (version === 4) return ipv4Layer(packet);
  return version === 6 ? ipv6Layer(packet) : "not-ip";
}

/** RFC 791 §3.1. A total length of 0 is what the kernel leaves to a card that segments by itself (TSO). */
function ipv4Layer(packet: PacketUnderway): Following {
  const { bytes, at } = packet;
  if (!has(packet, IPV4_HEADER_BYTES)) return "cut-short";
  const following = PAYLOADS[uint8(bytes, at + 9)];
  if (following === undefined) return "not-tcp";
  const headerLength = (uint8(bytes, at) & 0x0f) * 4;
  const totalLength = uint16(bytes, at + 2);
  const end = totalLength === 0 ? packet.end : at + totalLength;
  if (headerLength < IPV4_HEADER_BYTES || at + headerLength > end) return "bad-length";
  if ((uint16(bytes, at + 6) & IPV4_FRAGMENT_OFFSET_MASK) !== 0) return "later-fragment";
  packet.family = 4;
  packet.sourceOffset = at + 12;
  packet.destinationOffset = at + 16;
  packet.hopLimit = uint8(bytes, at + 8);
  packet.at = at + headerLength;
  packet.end = end;
  return following;
}

/** RFC 8200 §3. A payload length of 0 is that of a jumbogram, or of TSO as in IPv4. */
function ipv6Layer(packet: PacketUnderway): Following {
  const { bytes, at } = packet;
  if (!has(packet, IPV6_HEADER_BYTES)) return "cut-short";
  const payloadLength = uint16(bytes, at + 4);
  packet.family = 6;
  packet.sourceOffset = at + 8;
  packet.destinationOffset = at + 24;
  packet.hopLimit = uint8(bytes, at + 7);
  packet.at = at + IPV6_HEADER_BYTES;
  if (payloadLength !== 0) packet.end = packet.at + payloadLength;
  const protocol = uint8(bytes, at + 6);
  return protocol === PROTOCOL_TCP ? "tcp" : behindExtensionHeaders(packet, protocol);
}

/** Walks the extension headers (RFC 8200 §4), the first of which is of type `first`. */
function behindExtensionHeaders(packet: PacketUnderway, first: number): Following {
  const { bytes } = packet;
  let protocol = first;
  for (let headers = 0; headers <= MAX_EXTENSION_HEADERS; headers++) {
    const following = PAYLOADS[protocol];
    if (following !== undefined) return following;
    if (!EXTENSION_HEADERS.includes(protocol)) return "not-tcp";
    const header = packet.at;
    if (header + 8 > packet.end) return "bad-length";
    if (!has(packet, 8)) return "cut-short";
    if (protocol === FRAGMENT && isLaterFragment(bytes, header)) return "later-fragment";
    packet.at = header + extensionHeaderLength(bytes, header, protocol);
    if (packet.at > packet.end) return "bad-length";
    protocol = uint8(bytes, header);
  }
  return "too-many-headers";
}

function isLaterFragment(bytes: Uint8Array, header: number): boolean {
  return (uint16(bytes, header + 2) & IPV6_FRAGMENT_OFFSET_MASK) !== 0;
}

/** Bytes of the extension header. Only AH counts in units of 4 bytes (RFC 4302 §2.2), and FRAGMENT has no length field. */
function extensionHeaderLength(bytes: Uint8Array, header: number, protocol: number): number {
  if (protocol === FRAGMENT) return 8;
  const units = uint8(bytes, header + 1);
  return protocol === AUTHENTICATION ? (units + 2) * 4 : (units + 1) * 8;
}
