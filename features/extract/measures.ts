import type { Moments, SideRecord } from "../flow/flow-record.ts";

const NANOSECONDS_PER_SECOND = 1e9;

/** Seconds of nanoseconds; null stays null. */
export function seconds(nanoseconds: number | null): number | null {
  return nanoseconds === null ? null : nanoseconds / NANOSECONDS_PER_SECOND;
}

/** Population variance, in seconds², of samples in nanoseconds: 0 of one sample, null of none. */
export function variance({ count, m2 }: Moments): number | null {
  return count === 0 ? null : m2 / count / NANOSECONDS_PER_SECOND ** 2;
}

/** The smallest window in bytes; null where none was seen or its scale is not known. */
export function smallestWindow({ minWindowUnscaled, windowShift }: SideRecord): number | null {
  if (minWindowUnscaled === null || windowShift === null) return null;
  return minWindowUnscaled * 2 ** windowShift;
}
