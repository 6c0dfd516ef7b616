import { uint8, uint16 } from "./network-order.ts";
import type { AddressFamily, IgnoredReason } from "./segment.ts";

/** What the IP layer says about the TCP header behind it; all places are offsets in the frame's buffer. */
export interface IpPacket {
  readonly family: AddressFamily;
  readonly sourceOffset: number;
  readonly destinationOffset: number;
  readonly hopLimit: number;
  /** Where the TCP header starts. */
  readonly tcpOffset: number;
  /** Where the packet ends by its own length field. Padding of the link layer lies behind, a cut capture ends before. */
  readonly end: number;
}

/** Where the bytes of a frame end that starts at a given place. */
export interface FrameBounds {
  readonly capturedEnd: number;
  /** The end that the frame had on the wire: never before `capturedEnd`. */
  readonly wireEnd: number;
}

const PROTOCOL_TCP = 6;

const IPV4_HEADER_BYTES = 20;
const IPV4_FRAGMENT_OFFSET_MASK = 0x1fff;

const IPV6_HEADER_BYTES = 40;
const IPV6_FRAGMENT_OFFSET_MASK = 0xfff8;

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION_OPTIONS = 60;

/** RFC 8200 §4.1 names each extension header once, destination options twice; the rest is slack. */
const MAX_EXTENSION_HEADERS = 12;

/** Decodes the IP header at `at`, of either version, as far as the TCP header: which is not read. */
export function decodeIp(
  bytes: Uint8Array,
  at: number,
  bounds: FrameBounds,
): IpPacket | IgnoredReason {
  return uint8(bytes, at) >>> 4 === 4
    ? decodeIpv4(bytes, at, bounds)
    : decodeIpv6(bytes, at, bounds);
}

/** RFC 791 §3.1. A total length of 0 is what the kernel leaves to a card that segments by itself (TSO). */
function decodeIpv4(bytes: Uint8Array, at: number, bounds: FrameBounds): IpPacket | IgnoredReason {
  if (at + IPV4_HEADER_BYTES > bounds.capturedEnd) return "cut-short";
  if (uint8(bytes, at + 9) !== PROTOCOL_TCP) return "not-tcp";
  const headerLength = (uint8(bytes, at) & 0x0f) * 4;
  const totalLength = uint16(bytes, at + 2);
  const end = totalLength === 0 ? bounds.wireEnd : at + totalLength;
  if (headerLength < IPV4_HEADER_BYTES || at + headerLength > end) return "bad-length";
  if ((uint16(bytes, at + 6) & IPV4_FRAGMENT_OFFSET_MASK) !== 0) return "later-fragment";
  return {
    family: 4,
    sourceOffset: at + 12,
    destinationOffset: at + 16,
    hopLimit: uint8(bytes, at + 8),
    tcpOffset: at + headerLength,
    end,
  };
}

/** RFC 8200 §3. A payload length of 0 is that of a jumbogram, or of TSO as in IPv4. */
function decodeIpv6(bytes: Uint8Array, at: number, bounds: FrameBounds): IpPacket | IgnoredReason {
  const first = at + IPV6_HEADER_BYTES;
  if (first > bounds.capturedEnd) return "cut-short";
  const payloadLength = uint16(bytes, at + 4);
  const end = payloadLength === 0 ? bounds.wireEnd : first + payloadLength;
  const tcpOffset =
    uint8(bytes, at + 6) === PROTOCOL_TCP
      ? first
      : skipExtensionHeaders(bytes, at, { end, capturedEnd: bounds.capturedEnd });
  if (typeof tcpOffset !== "number") return tcpOffset;
  return {
    family: 6,
    sourceOffset: at + 8,
    destinationOffset: at + 24,
    hopLimit: uint8(bytes, at + 7),
    tcpOffset,
    end,
  };
}

/** Walks the extension headers of the IPv6 header at `at` (RFC 8200 §4): the offset of the TCP header. */
function skipExtensionHeaders(
  bytes: Uint8Array,
  at: number,
  limit: { readonly end: number; readonly capturedEnd: number },
): number | IgnoredReason {
  let protocol = uint8(bytes, at + 6);
  let header = at + IPV6_HEADER_BYTES;
  for (let headers = 0; headers <= MAX_EXTENSION_HEADERS; headers++) {
    if (protocol === PROTOCOL_TCP) return header;
    if (!isExtensionHeader(protocol)) return "not-tcp";
    if (header + 8 > limit.end) return "bad-length";
    if (header + 8 > limit.capturedEnd) return "cut-short";
    if (protocol === FRAGMENT && isLaterFragment(bytes, header)) return "later-fragment";
    const next = header + extensionHeaderLength(bytes, header, protocol);
    if (next > limit.end) return "bad-length";
    protocol = uint8(bytes, header);
    header = next;
  }
  return "too-many-headers";
}

function isExtensionHeader(protocol: number): boolean {
  return (
    protocol === HOP_BY_HOP ||
    protocol === ROUTING ||
    protocol === FRAGMENT ||
    protocol === AUTHENTICATION ||
    protocol === DESTINATION_OPTIONS
  );
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
