import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  RECORD_HEADER_BYTES,
  walkRecords,
  writeRecord,
} from "../../../features/capture/capture-records.ts";
import { emptyFrame } from "../../../features/capture/reused-frame.ts";
import type { Frame } from "../../../features/decode/segment.ts";
import { frames, plain, type PlainFrame } from "../../support/plain-frame.ts";

function written(list: readonly Frame[]): Buffer {
  const target = Buffer.alloc(list.length * (RECORD_HEADER_BYTES + 128));
  const end = list.reduce((at, frame) => writeRecord(target, at, frame), 0);
  return target.subarray(0, end);
}

function walked(bytes: Uint8Array, start = 0, end = bytes.length): PlainFrame[] {
  const seen: PlainFrame[] = [];
  const frame = emptyFrame();
  frame.bytes = bytes;
  frame.linkType = 1;
  walkRecords(frame, start, end, (each) => seen.push(plain(each)));
  return seen;
}

describe("walkRecords", () => {
  it("gives back what writeRecord wrote, in order", () => {
    fc.assert(
      fc.property(frames, (list) => {
        expect(walked(written(list))).toEqual(list.map(plain));
      }),
    );
  });

  it("leaves out a last record that is cut short, at every byte", () => {
    const list: Frame[] = [frameOf("first"), frameOf("second")];
    const bytes = written(list);
    const firstEnd = RECORD_HEADER_BYTES + "first".length;
    for (let length = 0; length < bytes.length; length++) {
      expect(walked(bytes, 0, length)).toHaveLength(length < firstEnd ? 0 : 1);
    }
  });

  it("stops at a length that no buffer holds", () => {
    const bytes = written([frameOf("x")]);
    bytes.fill(0xff, 8, 12);
    expect(walked(bytes)).toEqual([]);
  });
});

function frameOf(text: string): Frame {
  const bytes = Buffer.from(text);
  return {
    seconds: 1_764_000_000,
    nanoseconds: 999_999_999,
    bytes,
    offset: 0,
    capturedLength: bytes.length,
    originalLength: 1500,
    linkType: 1,
  };
}
