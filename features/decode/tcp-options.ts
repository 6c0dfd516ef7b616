import { uint8, uint16, uint32 } from "./network-order.ts";
import type { TcpOptions } from "./segment.ts";

/** Option kinds, from the list that IANA keeps. */
const END_OF_LIST = 0;
const NO_OPERATION = 1;
const MAXIMUM_SEGMENT_SIZE = 2;
const WINDOW_SCALE = 3;
const SACK_PERMITTED = 4;
const TIMESTAMPS = 8;

const TIMESTAMPS_BYTES = 10;

/** Lengths that these options must have: RFC 9293 §3.2, RFC 7323 §2.2 and §3.2, RFC 2018 §2. */
const FIXED_LENGTHS: Readonly<Partial<Record<number, number>>> = {
  [MAXIMUM_SEGMENT_SIZE]: 4,
  [WINDOW_SCALE]: 3,
  [SACK_PERMITTED]: 2,
  [TIMESTAMPS]: TIMESTAMPS_BYTES,
};

/** Shared by all segments without options. */
export const NO_OPTIONS: TcpOptions = {
  maximumSegmentSize: undefined,
  windowScale: undefined,
  sackPermitted: false,
  timestamps: false,
  order: 0,
  whole: true,
};

/** Shared by the many segments that carry timestamps and nothing else. */
const TIMESTAMPS_ONLY: TcpOptions = { ...NO_OPTIONS, timestamps: true, order: 118 };

/** Kinds that are told apart in the order of the options; those above are rare. */
const LARGEST_KIND_IN_ORDER = 8;
/** The order keeps as many kinds as a double has decimal digits; a header has room for 40 NOPs. */
const MAX_ORDER = 10 ** 14;

/** NOP, NOP, timestamps of 10 bytes: the layout that RFC 7323 (appendix A) recommends and all large stacks use. */
const ALIGNED_TIMESTAMPS = 0x0101080a;
const ALIGNED_TIMESTAMPS_BYTES = 12;

/**
 * Decodes the options of a TCP header: they lie in `bytes[at … end)`, and captured is what stands before `capturedEnd`, which
 * is not before `at`. Bad lengths never throw: what could be read is kept, and `whole` is false.
 */
export function decodeTcpOptions(
  bytes: Uint8Array,
  at: number,
  end: number,
  capturedEnd: number,
): TcpOptions {
  if (at === end) return NO_OPTIONS;
  if (
    end - at === ALIGNED_TIMESTAMPS_BYTES &&
    end <= capturedEnd &&
    uint32(bytes, at) === ALIGNED_TIMESTAMPS
  ) {
    return TIMESTAMPS_ONLY;
  }
  return end <= capturedEnd
    ? walkOptions(bytes, at, end)
    : cutOptions(walkOptions(bytes, at, capturedEnd), end - capturedEnd);
}

/** What was not captured settles by its length alone that no timestamps stand in it. */
function cutOptions(seen: TcpOptions, missingBytes: number): TcpOptions {
  const mayFollow = missingBytes >= TIMESTAMPS_BYTES;
  const timestamps = seen.timestamps === false && mayFollow ? undefined : seen.timestamps;
  return { ...seen, timestamps, whole: false };
}

function walkOptions(bytes: Uint8Array, at: number, end: number): TcpOptions {
  const found = { ...NO_OPTIONS };
  let option = at;
  while (option < end) {
    const kind = uint8(bytes, option);
    if (found.order < MAX_ORDER) {
      found.order = 10 * found.order + Math.min(kind, LARGEST_KIND_IN_ORDER + 1);
    }
    if (kind === END_OF_LIST) return found;
    if (kind === NO_OPERATION) {
      option += 1;
      continue;
    }
    // Of a kind in the last byte the length lies outside; whatever is read there, it is refused.
    const length = uint8(bytes, option + 1);
    if (length < 2 || option + length > end) return broken(found);
    takeOption(found, bytes, option, length);
    option += length;
  }
  return found;
}

/** Behind a bad length anything may stand. */
function broken(found: TcpOptions): TcpOptions {
  return { ...found, timestamps: found.timestamps === true ? true : undefined, whole: false };
}

type OptionsInTheMaking = { -readonly [name in keyof TcpOptions]: TcpOptions[name] };

/** Of an option that comes twice the later one stays, as in Linux, whose view of the connection we follow. */
function takeOption(
  found: OptionsInTheMaking,
  bytes: Uint8Array,
  option: number,
  length: number,
): void {
  const kind = uint8(bytes, option);
  const fixedLength = FIXED_LENGTHS[kind];
  if (fixedLength === undefined) return;
  if (length !== fixedLength) found.whole = false;
  else if (kind === MAXIMUM_SEGMENT_SIZE) found.maximumSegmentSize = uint16(bytes, option + 2);
  else if (kind === WINDOW_SCALE) found.windowScale = uint8(bytes, option + 2);
  else if (kind === SACK_PERMITTED) found.sackPermitted = true;
  else found.timestamps = true;
}
