import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CaptureError } from "../../../features/capture/packet-source.ts";
import {
  isPcapngMagic,
  MAX_BLOCK_BYTES,
  MAX_INTERFACES,
  PcapngReader,
} from "../../../features/capture/pcapng-reader.ts";
import { decodeSegment } from "../../../features/decode/decode-segment.ts";
import type { Frame } from "../../../features/decode/segment.ts";
import { concatenate } from "../../support/byte-building.ts";
import { pcapngFile, pcapngWriter } from "../../support/capture-builder.ts";
import { capturePath, copyOf, framesOf } from "../../support/fixture-captures.ts";
import { segment } from "../../support/packet-builder.ts";
import { chunksOf, cuts } from "../../support/stream-cuts.ts";

const FRAMES = [
  segment({ flags: "S", options: { mss: 1460 }, time: 1_700_000_000.5 }),
  segment({ payload: "x".repeat(301), snapLength: 97, time: 1_700_000_001 }),
];
const [FIRST = segment()] = FRAMES;
const ETHERNET = { linkType: 1, resolution: 9 };

interface Outcome {
  readonly frames: Frame[];
  readonly skipped: number;
  readonly error?: CaptureError;
}

/** Reads a stream that comes in these chunks. */
function read(...chunks: readonly Uint8Array[]): Outcome {
  const frames: Frame[] = [];
  const reader = new PcapngReader((frame) => frames.push(copyOf(frame)), { name: "mail.pcapng" });
  try {
    for (const chunk of chunks) reader.push(chunk);
    reader.end();
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    return { frames, skipped: reader.skippedFrames, error };
  }
  expect(reader.frames).toBe(frames.length);
  return { frames, skipped: reader.skippedFrames };
}

/** The file with one 32-bit word overwritten, little-endian. */
function withWord(file: Uint8Array, at: number, word: number): Uint8Array {
  const changed = file.slice();
  new DataView(changed.buffer).setUint32(at, word, true);
  return changed;
}

describe("PcapngReader", () => {
  it("reads both byte orders however the stream is cut", () => {
    fc.assert(
      fc.property(fc.boolean(), cuts, (littleEndian, places) => {
        const { frames, error } = read(...chunksOf(pcapngFile(FRAMES, littleEndian), places));
        expect(error).toBeUndefined();
        expect(frames).toEqual(FRAMES.map(copyOf));
      }),
    );
  });

  it("starts anew with each section: byte order and interfaces", () => {
    const little = pcapngWriter(true);
    const big = pcapngWriter(false);
    const { frames } = read(
      little.section(),
      little.interface({ linkType: 101, resolution: 9 }),
      little.packet({ frame: FIRST }),
      big.section(),
      big.interface(ETHERNET),
      big.packet({ frame: FIRST }),
    );
    expect(frames).toEqual([{ ...copyOf(FIRST), linkType: 101 }, copyOf(FIRST)]);
  });

  it("gives each frame the link type and the clock of its interface", () => {
    const writer = pcapngWriter();
    const { frames } = read(
      writer.section(),
      writer.interface({ linkType: 1, resolution: 6, offset: 100 }),
      writer.interface({ linkType: 113, resolution: 0x80 + 10 }),
      writer.packet({ frame: FIRST, interfaceId: 0, stamp: 2_000_001n }),
      writer.packet({ frame: FIRST, interfaceId: 1, stamp: 1024n + 512n }),
    );
    expect(
      frames.map(({ linkType, seconds, nanoseconds }) => [linkType, seconds, nanoseconds]),
    ).toEqual([
      [1, 102, 1000],
      [113, 1, 500_000_000],
    ]);
  });

  it("reads the packet blocks of the oldest files", () => {
    const writer = pcapngWriter(false);
    const { frames } = read(
      writer.section(),
      writer.interface({ linkType: 147 }),
      writer.interface(ETHERNET),
      writer.oldPacket({ frame: FIRST, interfaceId: 1 }),
    );
    expect(frames).toEqual([copyOf(FIRST)]);
  });

  it("reads simple packet blocks: cut by the snap length, at the time of the packet before", () => {
    const writer = pcapngWriter();
    const { frames } = read(
      writer.section(),
      writer.interface({ ...ETHERNET, snapLength: 61 }),
      writer.packet({ frame: FIRST }),
      writer.simplePacket({ ...segment({ payload: "x".repeat(100) }), capturedLength: 61 }),
      writer.simplePacket(segment()),
    );
    expect(frames.map((frame) => [frame.capturedLength, frame.originalLength])).toEqual([
      [58, 58],
      [61, 154],
      [54, 54],
    ]);
    expect(new Set(frames.map((frame) => frame.seconds))).toEqual(new Set([1_700_000_000]));
  });

  it("passes over blocks that hold no packet", () => {
    const writer = pcapngWriter();
    const { frames } = read(
      writer.section(),
      writer.block(0x0bad, new Uint8Array(5000)),
      writer.interface(ETHERNET),
      writer.block(5, new Uint8Array(12)),
      writer.packet({ frame: FIRST }),
    );
    expect(frames).toHaveLength(1);
  });

  it("leaves out the frames of an interface that it cannot decode, when there are others", () => {
    const writer = pcapngWriter();
    const outcome = read(
      writer.section(),
      writer.interface({ linkType: 147, resolution: 9 }),
      writer.interface(ETHERNET),
      writer.packet({ frame: FIRST, interfaceId: 0 }),
      writer.packet({ frame: FIRST, interfaceId: 1 }),
    );
    expect(outcome).toEqual({ frames: [copyOf(FIRST)], skipped: 1 });
  });

  it("names the link type when no interface can be decoded", () => {
    const writer = pcapngWriter();
    const { frames, error } = read(
      writer.section(),
      writer.interface({ linkType: 147 }),
      writer.packet({ frame: FIRST }),
    );
    expect(frames).toEqual([]);
    expect(error?.fault).toBe("unknown-link-type");
    expect(error?.message).toBe("mail.pcapng: byte 28: link type 147 cannot be decoded");
  });

  it("takes a file without interfaces for a capture without packets", () => {
    expect(read(pcapngWriter().section())).toEqual({ frames: [], skipped: 0 });
  });

  const file = pcapngFile(FRAMES);
  const sectionBytes = 28;
  const interfaceBytes = 32;
  const packetAt = sectionBytes + interfaceBytes;

  it.each([
    [
      "a block shorter than its frame",
      withWord(file, packetAt + 4, 8),
      "a block claims a length of 8 bytes",
    ],
    [
      "a block of odd length",
      withWord(file, packetAt + 4, 45),
      "a block claims a length of 45 bytes",
    ],
    [
      "a block that is too long",
      withWord(file, packetAt + 4, MAX_BLOCK_BYTES + 4),
      "a block claims a length of 16777220 bytes",
    ],
    [
      "two lengths that differ",
      withWord(file, packetAt + 4, 96),
      "the two lengths of a block differ",
    ],
    [
      "a packet of no interface",
      withWord(file, packetAt + 8, 1),
      "a packet of interface 1, which the section does not describe",
    ],
    [
      "a packet that overruns its block",
      withWord(file, packetAt + 20, 61),
      "a packet of 61 bytes overruns its block",
    ],
  ])("finds %s", (_name, damaged, message) => {
    const { frames, error } = read(damaged);
    expect(frames).toEqual([]);
    expect(error?.fault).toBe("damaged");
    expect(error?.message).toBe(`mail.pcapng: byte ${packetAt}: ${message}`);
  });

  it.each([1, 2, 3, 6])("finds a block of type %i that is too short for its fields", (type) => {
    const writer = pcapngWriter();
    const { error } = read(
      writer.section(),
      writer.interface(ETHERNET),
      writer.block(type, new Uint8Array(0)),
    );
    expect(error?.message).toContain("a block too short for its type");
  });

  it("refuses a section of another version or without a byte order mark", () => {
    const other = withWord(file, 12, 2);
    expect(read(other).error?.fault).toBe("not-a-capture");
    expect(read(withWord(file, 8, 0)).error?.fault).toBe("not-a-capture");
    expect(read(file, other).error?.fault).toBe("damaged");
  });

  it("takes so many interfaces and no more", () => {
    const writer = pcapngWriter();
    const one = writer.interface(ETHERNET);
    const many = Array<Uint8Array>(MAX_INTERFACES).fill(one);
    expect(read(writer.section(), ...many).error).toBeUndefined();
    expect(read(writer.section(), ...many, one).error?.message).toContain(
      "more than 4096 interfaces",
    );
  });

  it("delivers what stands before the cut, at every place where a file can end", () => {
    const borders = [sectionBytes, packetAt, packetAt + 92, file.length];
    for (let length = 1; length <= file.length; length++) {
      const { frames, error } = read(file.subarray(0, length));
      expect(error?.fault).toBe(borders.includes(length) ? undefined : "damaged");
      expect(frames).toHaveLength(borders.slice(2).filter((border) => border <= length).length);
    }
  });

  it("survives any changes in a file", () => {
    const changes = fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(changes, cuts, (changed, places) => {
        const damaged = file.slice();
        for (const [at, byte] of changed) damaged[at] = byte;
        const { frames } = read(...chunksOf(damaged, places));
        for (const frame of frames) expect(frame.bytes).toHaveLength(frame.capturedLength);
      }),
      { numRuns: 500 },
    );
  });

  it.each(["plain-le.pcapng", "plain-be.pcapng"])(
    "reads the frames of the pcap file from %s",
    async (name) => {
      expect(read(readFileSync(capturePath(name))).frames).toEqual(
        await framesOf(capturePath("plain.pcap")),
      );
    },
  );

  it("reads a capture of two sections, of other byte order and link type", () => {
    const { frames } = read(readFileSync(capturePath("plain-2sections.pcapng")));
    expect(new Set(frames.map((frame) => frame.linkType))).toEqual(new Set([1, 113]));
    expect(frames.map(decodeSegment).filter((result) => typeof result === "string")).toEqual([]);
    expect(frames).toHaveLength(13);
  });

  it("reads captures with other clocks", async () => {
    const plain = await framesOf(capturePath("plain.pcap"));
    const later = read(readFileSync(capturePath("plain-ns.pcapng"))).frames;
    expect(later.map((frame) => frame.nanoseconds - 123)).toEqual(
      plain.map((frame) => frame.nanoseconds),
    );
    const binary = read(readFileSync(capturePath("plain-tsresol2.pcapng"))).frames;
    for (const [index, frame] of binary.entries()) {
      expect(frame.seconds).toBe(plain[index]?.seconds);
      expect(Math.abs(frame.nanoseconds - (plain[index]?.nanoseconds ?? NaN))).toBeLessThan(1000);
    }
  });
});

describe("isPcapngMagic", () => {
  it("tells pcapng from pcap", () => {
    expect(isPcapngMagic(concatenate(pcapngWriter(true).section()), 0)).toBe(true);
    expect(isPcapngMagic(concatenate(pcapngWriter(false).section()), 0)).toBe(true);
    expect(isPcapngMagic(readFileSync(capturePath("plain.pcap")), 0)).toBe(false);
  });
});
