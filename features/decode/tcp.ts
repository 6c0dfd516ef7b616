import type { IpPacket } from "./ip.ts";
import { uint8, uint16, uint32 } from "./network-order.ts";
import type { Frame, IgnoredReason, TcpSegment } from "./segment.ts";
import { decodeTcpOptions } from "./tcp-options.ts";

const TCP_HEADER_BYTES = 20;

/**
 * Decodes the TCP header (RFC 9293 §3.1) of a packet whose IP layer is known. Its fixed part must have been captured; of the
 * options and the payload any part may be missing. Checksums are not looked at: those of outgoing packets are wrong
 * wherever the network card computes them.
 */
export function decodeTcp(
  frame: Frame,
  packet: IpPacket,
  capturedEnd: number,
): TcpSegment | IgnoredReason {
  const bytes = frame.bytes;
  const at = packet.tcpOffset;
  if (at + TCP_HEADER_BYTES > packet.end) return "bad-length";
  if (at + TCP_HEADER_BYTES > capturedEnd) return "cut-short";
  const payloadOffset = at + (uint8(bytes, at + 12) >>> 4) * 4;
  if (payloadOffset < at + TCP_HEADER_BYTES || payloadOffset > packet.end) return "bad-length";
  return {
    seconds: frame.seconds,
    nanoseconds: frame.nanoseconds,
    bytes,
    family: packet.family,
    sourceOffset: packet.sourceOffset,
    destinationOffset: packet.destinationOffset,
    sourcePort: uint16(bytes, at),
    destinationPort: uint16(bytes, at + 2),
    sequence: uint32(bytes, at + 4),
    acknowledgment: uint32(bytes, at + 8),
    flags: uint16(bytes, at + 12) & 0x01ff,
    window: uint16(bytes, at + 14),
    payloadLength: packet.end - payloadOffset,
    payloadOffset,
    payloadCaptured: Math.max(0, Math.min(capturedEnd, packet.end) - payloadOffset),
    hopLimit: packet.hopLimit,
    options: decodeTcpOptions(bytes, at + TCP_HEADER_BYTES, payloadOffset, capturedEnd),
  };
}
