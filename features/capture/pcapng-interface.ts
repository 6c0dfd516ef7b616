import { uint16In, uint32In } from "./byte-order.ts";
import { DEFAULT_RESOLUTION, stampUnit } from "./stamp-unit.ts";
import type { StampUnit } from "./stamp-unit.ts";

/** What an interface description block of a pcapng file says about the packets of that interface. */
export interface CapturedInterface {
  /** LINKTYPE_ number. */
  readonly linkType: number;
  /** Most bytes kept of a frame; Infinity where the capture had no limit. */
  readonly snapLength: number;
  readonly unit: StampUnit;
}

/** Option codes of the specification, draft-ietf-opsawg-pcapng §4.2. */
const END_OF_OPTIONS = 0;
const STAMP_RESOLUTION = 9;
const STAMP_OFFSET = 14;

/** Reads the body of the block, `bytes[body … end)` of at least 8 bytes; `undefined` when its options overrun it. */
export function readInterface(
  bytes: Uint8Array,
  body: number,
  end: number,
  littleEndian: boolean,
): CapturedInterface | undefined {
  let resolution = DEFAULT_RESOLUTION;
  let offsetSeconds = 0;
  let option = body + 8;
  while (option + 4 <= end) {
    const code = uint16In(bytes, option, littleEndian);
    const length = uint16In(bytes, option + 2, littleEndian);
    const value = option + 4;
    if (code === END_OF_OPTIONS) break;
    if (value + length > end) return undefined;
    if (code === STAMP_RESOLUTION && length === 1) resolution = bytes[value] ?? resolution;
    if (code === STAMP_OFFSET && length === 8) {
      offsetSeconds = int64In(bytes, value, littleEndian);
    }
    option = value + length + (-length & 3);
  }
  const snapLength = uint32In(bytes, body + 4, littleEndian);
  return {
    linkType: uint16In(bytes, body, littleEndian),
    snapLength: snapLength === 0 ? Infinity : snapLength,
    unit: stampUnit(resolution, offsetSeconds),
  };
}

/** A signed number of 64 bits, rounded to a double where it is beyond 2^53. */
function int64In(bytes: Uint8Array, at: number, littleEndian: boolean): number {
  const high = uint32In(bytes, littleEndian ? at + 4 : at, littleEndian) | 0;
  const low = uint32In(bytes, littleEndian ? at : at + 4, littleEndian);
  return high * 2 ** 32 + low;
}
