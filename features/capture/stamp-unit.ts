/** What one unit of a pcapng time stamp is (if_tsresol), and the clock's offset (if_tsoffset). */
export interface StampUnit {
  /** Units in a second. */
  readonly perSecond: bigint;
  /** Seconds to add to each stamp. */
  readonly offsetSeconds: number;
  /** Nanoseconds in a unit where that is a whole number, which permits arithmetic without BigInt; else 0. */
  readonly nanosecondsPerUnit: number;
}

/** A time that is filled in: of a frame that is used again. */
export interface TimeSlot {
  seconds: number;
  nanoseconds: number;
}

/** pcapng counts microseconds unless the interface says otherwise. */
export const DEFAULT_RESOLUTION = 6;

const BINARY_RESOLUTION = 0x80;
const NANOSECONDS_PER_SECOND = 1_000_000_000;
const NANOSECOND_EXPONENT = 9;

/** `resolution` is the if_tsresol byte: n for 10^-n seconds, 128 + n for 2^-n. */
export function stampUnit(resolution: number, offsetSeconds: number): StampUnit {
  const exponent = resolution & ~BINARY_RESOLUTION;
  const isDecimal = (resolution & BINARY_RESOLUTION) === 0;
  return {
    perSecond: (isDecimal ? 10n : 2n) ** BigInt(exponent),
    offsetSeconds,
    nanosecondsPerUnit:
      isDecimal && exponent <= NANOSECOND_EXPONENT ? 10 ** (NANOSECOND_EXPONENT - exponent) : 0,
  };
}

/** Sets `time` to the stamp of `high` and `low` 32 bits, exactly; units below a nanosecond are cut off. */
export function setTime(time: TimeSlot, unit: StampUnit, high: number, low: number): void {
  if (unit.nanosecondsPerUnit === 0) setTimeByBigInt(time, unit, high, low);
  else setTimeByDigits(time, unit, high, low);
}

function setTimeByBigInt(time: TimeSlot, unit: StampUnit, high: number, low: number): void {
  const stamp = (BigInt(high) << 32n) | BigInt(low);
  const rest = stamp % unit.perSecond;
  time.seconds = Number(stamp / unit.perSecond) + unit.offsetSeconds;
  time.nanoseconds = Number((rest * BigInt(NANOSECONDS_PER_SECOND)) / unit.perSecond);
}

/**
 * Division of a 64-bit number, 16 bits at a time: each intermediate value stays below 10^9 · 2^16 and so is exact in a
 * double.
 */
function setTimeByDigits(time: TimeSlot, unit: StampUnit, high: number, low: number): void {
  const perSecond = NANOSECONDS_PER_SECOND / unit.nanosecondsPerUnit;
  let seconds = 0;
  let rest = 0;
  for (let digit = 0; digit < 4; digit++) {
    const word = digit < 2 ? high : low;
    const dividend = rest * 65_536 + (digit % 2 === 0 ? word >>> 16 : word & 0xffff);
    const quotient = Math.floor(dividend / perSecond);
    seconds = seconds * 65_536 + quotient;
    rest = dividend - quotient * perSecond;
  }
  time.seconds = seconds + unit.offsetSeconds;
  time.nanoseconds = rest * unit.nanosecondsPerUnit;
}
