import type { FlowRecord, Moments, Pieces, SideRecord } from "../flow/flow-record.ts";

const NANOSECONDS_PER_SECOND = 1e9;

/** Initial values of TTL and hop limit that systems use: a packet crossed as many hops as it is below the next one. */
const INITIAL_HOP_LIMITS: readonly number[] = [32, 64, 128, 255];

/** Seconds of nanoseconds; null stays null. */
export function seconds(nanoseconds: number | null): number | null {
  return nanoseconds === null ? null : nanoseconds / NANOSECONDS_PER_SECOND;
}

/** Population variance, in seconds², of samples in nanoseconds: 0 of one sample, null of none. */
export function variance({ count, m2 }: Moments): number | null {
  return count === 0 ? null : m2 / count / NANOSECONDS_PER_SECOND ** 2;
}

/** Square root of the same, in seconds. */
export function deviation(moments: Moments): number | null {
  const squared = variance(moments);
  return squared === null ? null : Math.sqrt(squared);
}

/** The smallest window in bytes; null where none was seen or its scale is not known. */
export function smallestWindow({ minWindowUnscaled, windowShift }: SideRecord): number | null {
  if (minWindowUnscaled === null || windowShift === null) return null;
  return minWindowUnscaled * 2 ** windowShift;
}

/** The largest window likewise. */
export function largestWindow({ maxWindowUnscaled, windowShift }: SideRecord): number | null {
  if (maxWindowUnscaled === undefined || maxWindowUnscaled === null) return null;
  return windowShift === null ? null : maxWindowUnscaled * 2 ** windowShift;
}

/** `part` of `whole`; null where one of them is, or the whole is 0. */
export function ratio(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : part / whole;
}

/** 1 for yes and 0 for no. */
export function yesOrNo(value: boolean | null): number | null {
  return value === null ? null : Number(value);
}

/** The round trip that others are measured by: that of the handshake, else the mean of the samples. Seconds. */
export function roundTrip({ handshakeRttNanoseconds, rtt }: FlowRecord): number | null {
  return seconds(handshakeRttNanoseconds ?? (rtt.count > 0 ? rtt.mean : null));
}

/** Seconds from the first segment to the last that counts. */
export function duration({ started, ended }: FlowRecord): number {
  return Math.max(0, ended - started);
}

/** Hops on the way, guessed. */
export function hops(hopLimit: number | null): number | null {
  if (hopLimit === null) return null;
  const initial = INITIAL_HOP_LIMITS.find((limit) => hopLimit <= limit);
  return initial === undefined ? null : initial - hopLimit;
}

/** Population variance of the lengths of pieces that together are `bytes` long. */
export function pieceVariance({ count, squares }: Pieces, bytes: number): number | null {
  return count === 0 ? null : Math.max(0, squares / count - (bytes / count) ** 2);
}
