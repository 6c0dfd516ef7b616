import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CaptureReader } from "../../../features/capture/capture-reader.ts";
import { CaptureError } from "../../../features/capture/packet-source.ts";
import { pcapFile, pcapngFile, pcapngWriter } from "../../support/capture-builder.ts";
import { capturePath } from "../../support/fixture-captures.ts";
import { segment } from "../../support/packet-builder.ts";
import { chunksOf, cuts } from "../../support/stream-cuts.ts";

const FRAMES = [segment({ time: 1 }), segment({ time: 2 })];

/** Reads a stream in these chunks; the reader, and the error that ended it. */
function read(chunks: readonly Uint8Array[]): { reader: CaptureReader; error?: CaptureError } {
  const reader = new CaptureReader(() => undefined, { name: "mail" });
  try {
    for (const chunk of chunks) reader.push(chunk);
    reader.end();
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    return { reader, error };
  }
  return { reader };
}

describe("CaptureReader", () => {
  it.each([
    ["pcap", pcapFile(FRAMES)],
    ["big-endian pcap", pcapFile(FRAMES, { littleEndian: false })],
    ["pcapng", pcapngFile(FRAMES)],
    ["big-endian pcapng", pcapngFile(FRAMES, false)],
  ])("tells %s by its first bytes, however the stream is cut", (_name, file) => {
    fc.assert(
      fc.property(cuts, (places) => {
        const { reader, error } = read(chunksOf(file, places));
        expect(error).toBeUndefined();
        expect([reader.isStarted, reader.frames, reader.position]).toEqual([true, 2, file.length]);
      }),
    );
  });

  it("is not started before the header is whole", () => {
    const reader = new CaptureReader(() => undefined, { name: "mail" });
    for (const byte of pcapFile(FRAMES).subarray(0, 23)) {
      reader.push(Uint8Array.of(byte));
      expect(reader.isStarted).toBe(false);
    }
  });

  it.each([
    ["an empty file", [], "mail: byte 0: not a capture: empty"],
    ["three bytes", [0xd4, 0xc3, 0xb2], "mail: byte 0: not a capture: too short"],
    [
      "text",
      [...Buffer.from("Received: from")],
      "mail: byte 0: not a capture: neither pcap nor pcapng",
    ],
  ])("refuses %s", (_name, bytes, message) => {
    const { reader, error } = read([Uint8Array.from(bytes)]);
    expect(error).toMatchObject({ fault: "not-a-capture", message });
    expect([reader.isStarted, reader.frames, reader.skippedFrames]).toEqual([false, 0, 0]);
  });

  it("counts the frames that it left out", () => {
    const writer = pcapngWriter();
    const { reader } = read([
      writer.section(),
      writer.interface({ linkType: 147 }),
      writer.interface({ linkType: 1 }),
      writer.packet({ frame: segment(), interfaceId: 0 }),
      writer.packet({ frame: segment(), interfaceId: 1 }),
    ]);
    expect([reader.frames, reader.skippedFrames]).toEqual([1, 1]);
  });

  it("survives any bytes, whatever they begin with", () => {
    const beginnings = fc.constantFrom(
      ...["plain.pcap", "clean-sender.pcap", "plain-be.pcapng"].map((name) =>
        readFileSync(capturePath(name)).subarray(0, 200),
      ),
      Buffer.alloc(0),
    );
    fc.assert(
      fc.property(beginnings, fc.uint8Array({ maxLength: 300 }), cuts, (start, noise, places) => {
        const { error } = read(chunksOf(Buffer.concat([start, noise]), places));
        expect([undefined, "damaged", "not-a-capture", "unknown-link-type"]).toContain(
          error?.fault,
        );
      }),
    );
  });
});
