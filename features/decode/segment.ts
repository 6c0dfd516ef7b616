/**
 * A moment of the capture's own clock: whole seconds since the epoch and the nanoseconds within them.
 * Two integers, because one double of epoch seconds resolves 0.24 µs only, and short gaps need differences
 * that are exact.
 */
export interface CaptureTime {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** Nanoseconds from `from` to `to`; exact while they are less than 104 days apart (2^53 ns). */
export function nanosecondsBetween(from: CaptureTime, to: CaptureTime): number {
  return (to.seconds - from.seconds) * 1e9 + (to.nanoseconds - from.nanoseconds);
}

/** Epoch seconds as a double, for output: resolution about 0.24 µs. */
export function epochSeconds(time: CaptureTime): number {
  return time.seconds + time.nanoseconds / 1e9;
}

/**
 * One captured packet, link layer first. The bytes lie in `bytes[offset … offset + capturedLength)`; a source
 * may use the same buffer again after the call that handed the frame over, so whoever keeps bytes copies them.
 */
export interface Frame extends CaptureTime {
  readonly bytes: Uint8Array;
  readonly offset: number;
  /** Bytes that the capture kept. */
  readonly capturedLength: number;
  /** Bytes that were on the wire. */
  readonly originalLength: number;
  /** LINKTYPE_ number of the capture (1 Ethernet, 113 SLL, 276 SLL2, 101 raw IP, 0 and 108 BSD loopback …). */
  readonly linkType: number;
}

/** An IP address as it stands in the packet: 4 or 16 bytes at `offset` of the segment's `bytes`. */
export type AddressFamily = 4 | 6;

/** One TCP segment, decoded: numbers as in the header, options where they were captured. */
export interface TcpSegment extends CaptureTime {
  /** The frame's buffer: addresses and payload are read from it while the segment is handled. */
  readonly bytes: Uint8Array;
  readonly family: AddressFamily;
  /** Where the source and the destination address start in `bytes`. */
  readonly sourceOffset: number;
  readonly destinationOffset: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Sequence and acknowledgment number, unsigned 32 bit (RFC 9293 §3.1). */
  readonly sequence: number;
  readonly acknowledgment: number;
  /** Flag bits of the header's 13th byte and the reserved bit before it: see TCP_FLAGS. */
  readonly flags: number;
  /** The window field, unscaled. */
  readonly window: number;
  /** Payload bytes on the wire, by the IP header's length (by the frame's where that is 0: TSO). */
  readonly payloadLength: number;
  /** Where the payload starts in `bytes` and how much of it was captured (0 … payloadLength). */
  readonly payloadOffset: number;
  readonly payloadCaptured: number;
  /** TTL or hop limit of the innermost IP header. */
  readonly hopLimit: number;
  /** Options of this segment; `undefined` where absent. */
  readonly options: TcpOptions;
}

export interface TcpOptions {
  readonly maximumSegmentSize: number | undefined;
  /** Shift count as sent (may exceed 14). */
  readonly windowScale: number | undefined;
  readonly sackPermitted: boolean;
  /** Undefined where they may stand among options that were not captured or could not be read. */
  readonly timestamps: boolean | undefined;
  /** The kinds of all options in their order, padding too, as decimal digits; kinds above 8 are a 9. */
  readonly order: number;
  /** False where the snap length or a bad length cut the options: what is absent then is unknown. */
  readonly whole: boolean;
}

/** Flag bits of a TCP header (RFC 9293 §3.1). */
export const TCP_FLAGS = {
  fin: 0x01,
  syn: 0x02,
  rst: 0x04,
  psh: 0x08,
  ack: 0x10,
  urg: 0x20,
  ece: 0x40,
  cwr: 0x80,
} as const;

/** Why a frame gave no segment; each is counted under its name. */
export type IgnoredReason =
  | "not-ip"
  | "not-tcp"
  | "later-fragment"
  | "cut-short"
  | "bad-length"
  | "unsupported-link-type"
  | "unsupported-tunnel"
  | "too-many-headers";
