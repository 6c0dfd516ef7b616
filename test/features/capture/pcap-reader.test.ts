import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CaptureError } from "../../../features/capture/packet-source.ts";
import {
  isPcapMagic,
  MAX_CAPTURED_BYTES,
  PcapReader,
} from "../../../features/capture/pcap-reader.ts";
import type { Frame } from "../../../features/decode/segment.ts";
import { concatenate } from "../../support/byte-building.ts";
import { pcapFile } from "../../support/capture-builder.ts";
import type { PcapShape } from "../../support/capture-builder.ts";
import { capturePath, copyOf } from "../../support/fixture-captures.ts";
import { frameOf, segment } from "../../support/packet-builder.ts";
import { chunksOf, cuts } from "../../support/stream-cuts.ts";

const FRAMES = [
  segment({ flags: "S", options: { mss: 1460 }, time: 1_700_000_000.5 }),
  segment({ payload: "x".repeat(300), snapLength: 96, time: 1_700_000_001 }),
  frameOf(new Uint8Array(0), { time: 1_700_000_002 }),
];

/** Frames of a stream that comes in these chunks, and the error that ended it. */
function read(chunks: readonly Uint8Array[]): { frames: Frame[]; error?: CaptureError } {
  const frames: Frame[] = [];
  const reader = new PcapReader((frame) => frames.push(copyOf(frame)), { name: "mail.pcap" });
  try {
    for (const chunk of chunks) reader.push(chunk);
    reader.end();
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    return { frames, error };
  }
  expect(reader.frames).toBe(frames.length);
  return { frames };
}

/** The file with one 32-bit word overwritten in the file's own (little-endian) order. */
function withWord(file: Uint8Array, at: number, word: number): Uint8Array {
  const changed = file.slice();
  new DataView(changed.buffer).setUint32(at, word, true);
  return changed;
}

const shapes: fc.Arbitrary<PcapShape> = fc.record({
  nanoseconds: fc.boolean(),
  littleEndian: fc.boolean(),
  linkType: fc.constantFrom(0, 1, 101, 113, 276),
});

describe("PcapReader", () => {
  it("reads both byte orders and both resolutions however the stream is cut", () => {
    fc.assert(
      fc.property(shapes, cuts, (shape, places) => {
        const { frames, error } = read(chunksOf(pcapFile(FRAMES, shape), places));
        expect(error).toBeUndefined();
        expect(frames).toEqual(
          FRAMES.map((frame) => ({ ...copyOf(frame), linkType: shape.linkType })),
        );
      }),
    );
  });

  it("keeps nanoseconds, and microseconds as nanoseconds", () => {
    const frame = { ...segment(), seconds: 4_000_000_000, nanoseconds: 123_456_789 };
    const stamps = (nanoseconds: boolean): unknown => {
      const [one] = read([pcapFile([frame], { nanoseconds })]).frames;
      return [one?.seconds, one?.nanoseconds];
    };
    expect(stamps(true)).toEqual([4_000_000_000, 123_456_789]);
    expect(stamps(false)).toEqual([4_000_000_000, 123_456_000]);
  });

  it("gives the sink the same frame object each time", () => {
    const seen = new Set<Frame>();
    const reader = new PcapReader((frame) => seen.add(frame), { name: "mail.pcap" });
    reader.push(pcapFile(FRAMES));
    expect([seen.size, reader.frames]).toEqual([1, 3]);
  });

  it("is started once the header was read", () => {
    const reader = new PcapReader(() => undefined, { name: "mail.pcap" });
    reader.push(pcapFile([]).subarray(0, 23));
    expect(reader.isStarted).toBe(false);
    reader.push(pcapFile([]).subarray(23));
    expect(reader.isStarted).toBe(true);
  });

  it("reads the link type without the bits that tell of a frame check sequence", () => {
    const file = withWord(pcapFile(FRAMES), 20, 0x5000_0001);
    expect(read([file]).frames.map((frame) => frame.linkType)).toEqual([1, 1, 1]);
  });

  it("names a link type that it does not know", () => {
    const { error } = read([pcapFile(FRAMES, { linkType: 147 })]);
    expect(error?.fault).toBe("unknown-link-type");
    expect(error?.message).toBe("mail.pcap: byte 0: link type 147 cannot be decoded");
  });

  it.each([
    ["another magic number", 0, 0xa1b2cd34, "no pcap magic number"],
    ["another version", 4, 3, "pcap of version 3, not 2"],
  ])("refuses %s", (_name, at, word, message) => {
    const { error } = read([withWord(pcapFile(FRAMES), at, word)]);
    expect(error?.fault).toBe("not-a-capture");
    expect(error?.message).toBe(`mail.pcap: byte 0: ${message}`);
  });

  it("takes the longest record there can be and refuses a longer one", () => {
    const longest = frameOf(new Uint8Array(MAX_CAPTURED_BYTES));
    const file = pcapFile([FRAMES[2] ?? segment(), longest]);
    expect(read([file]).frames).toHaveLength(2);
    const { frames, error } = read([withWord(file, 24 + 16 + 8, MAX_CAPTURED_BYTES + 1)]);
    expect(frames).toHaveLength(1);
    expect(error?.fault).toBe("damaged");
    expect(error?.message).toBe("mail.pcap: byte 40: a record claims 262145 captured bytes");
  });

  it("delivers what stands before the cut, at every place where a file can end", () => {
    const file = pcapFile(FRAMES);
    const ends = FRAMES.map((_, index) => pcapFile(FRAMES.slice(0, index)).length);
    for (let length = 1; length < file.length; length++) {
      const { frames, error } = read([file.subarray(0, length)]);
      const isBetweenRecords = ends.includes(length);
      expect(error?.fault).toBe(isBetweenRecords ? undefined : "damaged");
      expect(frames).toHaveLength(Math.max(0, ends.filter((end) => end <= length).length - 1));
    }
  });

  it("survives any bytes behind a good header", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), cuts, (noise, places) => {
        const { error } = read(chunksOf(concatenate(pcapFile([]), noise), places));
        expect([undefined, "damaged"]).toContain(error?.fault);
      }),
    );
  });

  it("reads the same conversation from a capture of either byte order", () => {
    const little = read([readFileSync(capturePath("plain.pcap"))]).frames;
    const big = read([readFileSync(capturePath("plain-be.pcap"))]).frames;
    expect(little).toHaveLength(13);
    expect(little[0]).toMatchObject({ seconds: 1_700_000_000, nanoseconds: 0, linkType: 1 });
    expect(big).toEqual(little);
  });
});

describe("isPcapMagic", () => {
  it("tells pcap from pcapng", () => {
    expect(isPcapMagic(readFileSync(capturePath("plain-be.pcap")), 0)).toBe(true);
    expect(isPcapMagic(readFileSync(capturePath("clean-sender.pcap")), 0)).toBe(true);
    expect(isPcapMagic(readFileSync(capturePath("plain-be.pcapng")), 0)).toBe(false);
  });
});
