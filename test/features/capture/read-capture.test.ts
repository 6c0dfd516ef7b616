import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CaptureError } from "../../../features/capture/packet-source.ts";
import { readCapture, readCaptureStream } from "../../../features/capture/read-capture.ts";
import type { CaptureSummary } from "../../../features/capture/read-capture.ts";
import { decodeSegment } from "../../../features/decode/decode-segment.ts";
import { pcapFile, pcapngFile } from "../../support/capture-builder.ts";
import { capturePath } from "../../support/fixture-captures.ts";
import { segment } from "../../support/packet-builder.ts";
import { chunksOf, cuts } from "../../support/stream-cuts.ts";

const FRAMES = [1, 2, 3].map((time) => segment({ time, payload: "x".repeat(100 * time) }));
const PCAP = pcapFile(FRAMES);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "read-capture-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A file of these bytes in the test's folder. */
function fileOf(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

interface Outcome {
  /** Seconds of the frames, which are numbered by them. */
  readonly seconds: number[];
  readonly summary?: CaptureSummary;
  readonly error?: CaptureError;
}

/** What `reading` gave to its sink and how it ended. */
async function outcomeOf(
  reading: (sink: (frame: { seconds: number }) => void) => Promise<CaptureSummary>,
): Promise<Outcome> {
  const seconds: number[] = [];
  try {
    const summary = await reading((frame) => {
      seconds.push(frame.seconds);
    });
    return { seconds, summary };
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    return { seconds, error };
  }
}

function readFile(path: string): Promise<Outcome> {
  return outcomeOf((sink) => readCapture(path, sink));
}

function readChunks(chunks: readonly Uint8Array[]): Promise<Outcome> {
  // Empty chunks would be ends of an object stream; a byte stream has none.
  const stream = Readable.from(
    chunks.filter((chunk) => chunk.length > 0).map((chunk) => Buffer.from(chunk)),
    { objectMode: false },
  );
  return outcomeOf((sink) => readCaptureStream(stream, "standard input", sink));
}

describe("readCapture", () => {
  it.each([
    ["mail.pcap", PCAP],
    ["mail.pcapng", pcapngFile(FRAMES)],
    ["mail.pcap.gz", gzipSync(PCAP)],
    ["two-members.gz", Buffer.concat([gzipSync(PCAP.slice(0, 99)), gzipSync(PCAP.slice(99))])],
  ])("reads %s", async (name, bytes) => {
    expect(await readFile(fileOf(name, bytes))).toEqual({
      seconds: [1, 2, 3],
      summary: { frames: 3, skippedFrames: 0 },
    });
  });

  it("reads files that are longer than its chunks", async () => {
    const frames = Array.from({ length: 2500 }, (_, seconds) =>
      segment({ time: seconds, payload: "x".repeat(1000) }),
    );
    const { seconds } = await readFile(fileOf("long.pcap", pcapFile(frames)));
    expect(seconds).toEqual(Array.from({ length: 2500 }, (_, index) => index));
  });

  it("reads a capture of real Linux TCP, every segment of it", async () => {
    const reasons = new Map<string, number>();
    const summary = await readCapture(capturePath("clean-sender.pcap"), (frame) => {
      const result = decodeSegment(frame);
      const reason = typeof result === "string" ? result : "segment";
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    });
    expect(Object.fromEntries(reasons)).toEqual({ segment: 1340, "not-tcp": 4 });
    expect(summary.frames).toBe(1344);
  });

  it.each([
    ["a missing file", "missing.pcap", "cannot be read: no such file or directory"],
    ["a folder", ".", "cannot be read: illegal operation on a directory"],
  ])("says that %s cannot be read", async (_name, name, reason) => {
    const path = join(folder, name);
    const { error } = await readFile(path);
    expect(error).toMatchObject({ fault: "unreadable", message: `${path}: ${reason}` });
  });

  it.each([
    ["empty.pcap", new Uint8Array(0), "byte 0: not a capture: empty"],
    ["one-byte.pcap", Uint8Array.of(0xd4), "byte 0: not a capture: too short"],
    ["text.pcap", Buffer.from("not packets"), "byte 0: not a capture: neither pcap nor pcapng"],
    ["text.gz", gzipSync("not packets"), "byte 0: not a capture: neither pcap nor pcapng"],
    ["empty.gz", gzipSync(""), "byte 0: not a capture: empty"],
  ])("says that %s is not a capture", async (name, bytes, reason) => {
    const path = fileOf(name, bytes);
    const { error } = await readFile(path);
    expect(error).toMatchObject({ fault: "not-a-capture", message: `${path}: ${reason}` });
  });

  it("names the byte of the damage, after all frames before it", async () => {
    const path = fileOf("cut.pcap", PCAP.subarray(0, PCAP.length - 1));
    const { seconds, error } = await readFile(path);
    expect(seconds).toEqual([1, 2]);
    expect(error?.fault).toBe("damaged");
    expect(error?.message).toMatch(/cut\.pcap: byte 464: the file ends 369 bytes into a record/);
  });

  it("counts in the uncompressed stream where the file is compressed", async () => {
    const path = fileOf("cut-inside.gz", gzipSync(PCAP.subarray(0, PCAP.length - 1)));
    const { error } = await readFile(path);
    expect(error?.message).toContain("byte 464 of the uncompressed stream: the file ends");
  });

  it("delivers what a cut gzip file still holds", async () => {
    const frames = Array.from({ length: 2000 }, (_, time) =>
      segment({
        time,
        payload: Uint8Array.from({ length: 997 }, (_, at) => (at * at * time) % 251),
      }),
    );
    const compressed = gzipSync(pcapFile(frames));
    const path = fileOf("cut.gz", compressed.subarray(0, compressed.length - 20));
    const { seconds, error } = await readFile(path);
    expect(error?.fault).toBe("damaged");
    expect(error?.message).toMatch(/cut\.gz: byte \d+ of the uncompressed stream: gzip: /);
    expect(seconds.length).toBeGreaterThan(1900);
  });

  it("finds damage in the compressed data", async () => {
    const bytes = gzipSync(PCAP);
    bytes.fill(0xff, 20, 30);
    expect((await readFile(fileOf("bad.gz", bytes))).error?.fault).toBe("damaged");
  });

  it("lets an error of the sink through as it is", async () => {
    const fault = new TypeError("the sink's own");
    const reading = readCapture(fileOf("mail.pcap", PCAP), () => {
      throw fault;
    });
    await expect(reading).rejects.toBe(fault);
  });

  it("ends early when it is told to", async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    const sink = (frame: { seconds: number }): void => {
      seen.push(frame.seconds);
      stop.abort();
    };
    const stream = Readable.from([Buffer.from(PCAP.slice(0, 200)), Buffer.from(PCAP.slice(200))], {
      objectMode: false,
    });
    const reading = readCaptureStream(stream, "mail", sink, { signal: stop.signal });
    await expect(reading).rejects.toThrow("aborted");
    expect(seen).toEqual([1]);
  });
});

describe("readCaptureStream", () => {
  it("reads the same from a stream that is cut anywhere, compressed or not", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(PCAP, gzipSync(PCAP)), cuts, async (bytes, places) => {
        const { seconds, error } = await readChunks(chunksOf(bytes, places));
        expect(error).toBeUndefined();
        expect(seconds).toEqual([1, 2, 3]);
      }),
      { numRuns: 50 },
    );
  });

  it("names the stream in its errors", async () => {
    expect((await readChunks([])).error?.message).toBe(
      "standard input: byte 0: not a capture: empty",
    );
  });

  it("says when the header was read, once and before the end", async () => {
    const events: string[] = [];
    const chunks = chunksOf(PCAP, [0.02, 0.5, 0.7]).map((chunk) => Buffer.from(chunk));
    const stream = Readable.from(chunks, { objectMode: false });
    await readCaptureStream(stream, "mail", () => undefined, {
      onStarted: () => events.push("started"),
    });
    events.push("end");
    expect(events).toEqual(["started", "end"]);
  });
});
