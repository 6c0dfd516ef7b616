import fc from "fast-check";
import type { Frame } from "../../features/decode/segment.ts";

/** What a frame says, copied out of the buffer that its source will use again. */
export interface PlainFrame {
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly originalLength: number;
  readonly linkType: number;
  /** The captured bytes in hexadecimal. */
  readonly captured: string;
}

export function plain(frame: Frame): PlainFrame {
  const { bytes, offset, capturedLength, seconds, nanoseconds, originalLength, linkType } = frame;
  const captured = Buffer.from(bytes.subarray(offset, offset + capturedLength)).toString("hex");
  return { seconds, nanoseconds, originalLength, linkType, captured };
}

/** Frames with up to 128 bytes captured, on Ethernet. */
export const frames: fc.Arbitrary<Frame[]> = fc.array(
  fc
    .record({
      seconds: fc.nat({ max: 0xffffffff }),
      nanoseconds: fc.nat({ max: 999_999_999 }),
      bytes: fc.uint8Array({ maxLength: 128 }),
      originalLength: fc.nat({ max: 65_535 }),
    })
    .map((parts) => ({
      ...parts,
      offset: 0,
      capturedLength: parts.bytes.length,
      linkType: 1,
    })),
  { maxLength: 40 },
);
