import type { TcpOptions } from "../decode/segment.ts";

/** Largest shift that a window may be scaled by; more counts as this (RFC 7323 §2.3). */
const MAX_WINDOW_SHIFT = 14;

/** What a side's SYN offered; null where the answer may stand in options that were not captured. */
export interface SynOptions {
  readonly maximumSegmentSize: number | null;
  readonly windowScale: number | "absent" | null;
  readonly sackPermitted: boolean | null;
  readonly timestamps: boolean | null;
  /** Whether all options were captured and well-formed. */
  readonly isWhole: boolean;
}

/** The same in three whole numbers. */
export interface PackedSyn {
  readonly offers: number;
  readonly maximumSegmentSize: number;
  readonly windowScale: number;
}

/** `offers` where there was no SYN. */
export const NO_SYN = 0;
const SEEN = 1;
const WHOLE = 2;
const HAS_SIZE = 4;
const HAS_SCALE = 8;
const SACK = 16;
const TIMESTAMPS = 32;
const NO_TIMESTAMPS = 64;

export function packSyn(options: TcpOptions): PackedSyn {
  const { maximumSegmentSize, windowScale, sackPermitted, timestamps, whole } = options;
  const offers =
    SEEN |
    (whole ? WHOLE : 0) |
    (maximumSegmentSize === undefined ? 0 : HAS_SIZE) |
    (windowScale === undefined ? 0 : HAS_SCALE) |
    (sackPermitted ? SACK : 0) |
    (timestamps === undefined ? 0 : timestamps ? TIMESTAMPS : NO_TIMESTAMPS);
  return {
    offers,
    maximumSegmentSize: maximumSegmentSize ?? 0,
    windowScale: windowScale ?? 0,
  };
}

export function unpackSyn({
  offers,
  maximumSegmentSize,
  windowScale,
}: PackedSyn): SynOptions | undefined {
  if (offers === NO_SYN) return undefined;
  const isWhole = (offers & WHOLE) !== 0;
  const absent = isWhole ? false : null;
  return {
    maximumSegmentSize: (offers & HAS_SIZE) !== 0 ? maximumSegmentSize : null,
    windowScale: (offers & HAS_SCALE) !== 0 ? windowScale : isWhole ? "absent" : null,
    sackPermitted: (offers & SACK) !== 0 ? true : absent,
    timestamps: timestampsOf(offers) ?? null,
    isWhole,
  };
}

function timestampsOf(offers: number): boolean | undefined {
  if ((offers & TIMESTAMPS) !== 0) return true;
  return (offers & NO_TIMESTAMPS) !== 0 ? false : undefined;
}

/** The options as they were, as far as a SYN's are kept. */
export function optionsOf(
  { offers, maximumSegmentSize, windowScale }: PackedSyn,
  order: number,
): TcpOptions {
  return {
    maximumSegmentSize: (offers & HAS_SIZE) !== 0 ? maximumSegmentSize : undefined,
    windowScale: (offers & HAS_SCALE) !== 0 ? windowScale : undefined,
    sackPermitted: (offers & SACK) !== 0,
    timestamps: timestampsOf(offers),
    order,
    whole: (offers & WHOLE) !== 0,
  };
}

/**
 * How far the windows of the side that offered `own` are shifted. They are scaled only when both SYNs bear the option
 * (RFC 7323 §2.2), so one SYN that lacks it settles the matter where the other was not captured. A SYN that was
 * captured with its options cut off leaves the shift unknown, null.
 */
export function windowShift(
  own: SynOptions | undefined,
  peer: SynOptions | undefined,
): number | null {
  if (own?.windowScale === null || peer?.windowScale === null) return null;
  if (own?.windowScale === "absent" || peer?.windowScale === "absent") return 0;
  if (own === undefined || peer === undefined) return null;
  return Math.min(own.windowScale, MAX_WINDOW_SHIFT);
}

/** What RFC 9293 §3.7.1 has senders assume where the option is absent. */
const DEFAULT_SIZE_IPV4 = 536;
const DEFAULT_SIZE_IPV6 = 1220;
const TIMESTAMPS_BYTES = 12;

/**
 * Payload of a full segment between two sides: the smaller of the sizes that both announced, less the timestamps where both
 * offered them (RFC 6691). 0 where it cannot be known.
 */
export function fullPayload(
  one: SynOptions | undefined,
  other: SynOptions | undefined,
  family: 4 | 6,
): number {
  if (one?.isWhole !== true || other?.isWhole !== true) return 0;
  const assumed = family === 4 ? DEFAULT_SIZE_IPV4 : DEFAULT_SIZE_IPV6;
  const size = Math.min(one.maximumSegmentSize ?? assumed, other.maximumSegmentSize ?? assumed);
  const options = one.timestamps === true && other.timestamps === true ? TIMESTAMPS_BYTES : 0;
  return Math.max(0, size - options);
}
