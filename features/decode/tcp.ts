import type { PacketUnderway } from "./layer.ts";
import { uint8, uint16, uint32 } from "./network-order.ts";
import type { Frame, IgnoredReason, TcpSegment } from "./segment.ts";
import { decodeTcpOptions, NO_OPTIONS } from "./tcp-options.ts";

const TCP_HEADER_BYTES = 20;

/** A segment that its decoder fills anew for each frame, so that millions of packets make no garbage. */
export type ReusedSegment = { -readonly [field in keyof TcpSegment]: TcpSegment[field] };

export function emptySegment(): ReusedSegment {
  return {
    seconds: 0,
    nanoseconds: 0,
    bytes: new Uint8Array(0),
    family: 4,
    sourceOffset: 0,
    destinationOffset: 0,
    sourcePort: 0,
    destinationPort: 0,
    sequence: 0,
    acknowledgment: 0,
    flags: 0,
    window: 0,
    payloadLength: 0,
    payloadOffset: 0,
    payloadCaptured: 0,
    hopLimit: 0,
    options: NO_OPTIONS,
  };
}

/**
 * Decodes the TCP header (RFC 9293 §3.1) at `packet.at` into `segment`. Its fixed part must have been captured; of the
 * options and the payload any part may be missing. Checksums are not looked at: those of outgoing packets are wrong
 * wherever the network card computes them.
 */
export function decodeTcp(
  frame: Frame,
  packet: PacketUnderway,
  segment: ReusedSegment,
): TcpSegment | IgnoredReason {
  const { bytes, at, capturedEnd, end } = packet;
  if (at + TCP_HEADER_BYTES > end) return "bad-length";
  if (at + TCP_HEADER_BYTES > capturedEnd) return "cut-short";
  const payloadOffset = at + (uint8(bytes, at + 12) >>> 4) * 4;
  if (payloadOffset < at + TCP_HEADER_BYTES || payloadOffset > end) return "bad-length";
  segment.seconds = frame.seconds;
  segment.nanoseconds = frame.nanoseconds;
  segment.bytes = bytes;
  segment.family = packet.family;
  segment.sourceOffset = packet.sourceOffset;
  segment.destinationOffset = packet.destinationOffset;
  segment.hopLimit = packet.hopLimit;
  segment.sourcePort = uint16(bytes, at);
  segment.destinationPort = uint16(bytes, at + 2);
  segment.sequence = uint32(bytes, at + 4);
  segment.acknowledgment = uint32(bytes, at + 8);
  segment.flags = uint16(bytes, at + 12) & 0x01ff;
  segment.window = uint16(bytes, at + 14);
  segment.payloadLength = end - payloadOffset;
  segment.payloadOffset = payloadOffset;
  segment.payloadCaptured = Math.max(0, Math.min(capturedEnd, end) - payloadOffset);
  segment.options = decodeTcpOptions(bytes, at + TCP_HEADER_BYTES, payloadOffset, capturedEnd);
  return segment;
}
