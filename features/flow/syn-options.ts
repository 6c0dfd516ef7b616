import type { TcpOptions } from "../decode/segment.ts";

/** Largest shift that a window may be scaled by; more counts as this (RFC 7323 §2.3). */
const MAX_WINDOW_SHIFT = 14;

/** What a side's SYN offered; null where the options were cut before the answer stood in them. */
export interface SynOptions {
  readonly maximumSegmentSize: number | null;
  readonly windowScale: number | "absent" | null;
  readonly sackPermitted: boolean | null;
  readonly timestamps: boolean | null;
}

export function synOptions(options: TcpOptions): SynOptions {
  const { whole } = options;
  return {
    maximumSegmentSize: options.maximumSegmentSize ?? null,
    windowScale: options.windowScale ?? (whole ? "absent" : null),
    sackPermitted: options.sackPermitted || (whole ? false : null),
    timestamps: options.timestamps || (whole ? false : null),
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
