import type { Frame } from "../decode/segment.ts";

/** A frame that its reader fills anew for each packet, so that millions of packets make no garbage. */
export type ReusedFrame = { -readonly [field in keyof Frame]: Frame[field] };

export function emptyFrame(): ReusedFrame {
  return {
    bytes: new Uint8Array(0),
    offset: 0,
    capturedLength: 0,
    originalLength: 0,
    linkType: 0,
    seconds: 0,
    nanoseconds: 0,
  };
}
