declare const sequenceNumberBrand: unique symbol;

/**
 * A TCP sequence number, 0 … 2^32 − 1. Two of them are compared by sequenceDistance or after streamPosition has
 * unwrapped them, never by `<`: RFC 9293 §3.4, arithmetic modulo 2^32.
 */
export type SequenceNumber = number & { readonly [sequenceNumberBrand]: true };

export function sequenceNumber(value: number): SequenceNumber {
  return (value >>> 0) as SequenceNumber;
}

/** Numbers from `from` forward to `to`; negative where `to` lies behind. Exact up to 2^31 in either direction. */
export function sequenceDistance(from: SequenceNumber, to: SequenceNumber): number {
  return (to - from) | 0;
}

/**
 * The position of `sequence` in a stream that begins with `origin`, counted without wrapping: of the positions that the
 * 32 bits can mean, the one nearest to the position `near`. Negative before the origin.
 */
export function streamPosition(
  origin: SequenceNumber,
  near: number,
  sequence: SequenceNumber,
): number {
  return near + ((sequence - origin - near) | 0);
}
