import { createReadStream } from "node:fs";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { getSystemErrorMap } from "node:util";
import { createGunzip } from "node:zlib";
import { CaptureReader } from "./capture-reader.ts";
import { CaptureError } from "./packet-source.ts";
import type { FrameSink } from "./packet-source.ts";

/** Bytes asked of the file at a time, and given out by the decompressor at a time. */
const CHUNK_BYTES = 1_048_576;

const GZIP_MAGIC = [0x1f, 0x8b] as const;

export interface ReadCaptureOptions {
  /** Called once the file's header was read, before the first frame of a later chunk. */
  readonly onStarted?: () => void;
  /** Ends the reading early; then the promise rejects with an AbortError. */
  readonly signal?: AbortSignal;
}

/** What was read of a capture. */
export interface CaptureSummary {
  /** Frames given to the sink. */
  readonly frames: number;
  /** Frames left out because the link type of their interface cannot be decoded. */
  readonly skippedFrames: number;
}

/**
 * Reads the capture file at `path`, or standard input for `-`: pcap or pcapng, compressed by gzip or not. Frames are given
 * to the sink as they are read, the file is never held as a whole.
 *
 * Rejects with CaptureError: `unreadable`, `not-a-capture`, `unknown-link-type` or `damaged`; in the last case all frames
 * before the damage have been delivered.
 */
export async function readCapture(
  path: string,
  sink: FrameSink,
  options: ReadCaptureOptions = {},
): Promise<CaptureSummary> {
  if (path === "-") return readCaptureStream(process.stdin, "standard input", sink, options);
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  return readCaptureStream(file, path, sink, options);
}

/** Reads a capture from a stream of bytes; `name` is what errors call it. */
export async function readCaptureStream(
  stream: AsyncIterable<Buffer>,
  name: string,
  sink: FrameSink,
  options: ReadCaptureOptions = {},
): Promise<CaptureSummary> {
  const { onStarted = () => undefined, signal } = options;
  let reader = new CaptureReader(sink, { name });
  try {
    const chunks = stream[Symbol.asyncIterator]();
    const beginning = await takeAtLeast(chunks, GZIP_MAGIC.length);
    const isDecompressed = startsWithGzip(beginning);
    reader = new CaptureReader(sink, { name, isDecompressed });
    const source = rejoined(beginning, chunks);
    const destination = writableOf(reader, onStarted);
    const settings = signal === undefined ? {} : { signal };
    await (isDecompressed
      ? pipeline(source, createGunzip({ chunkSize: CHUNK_BYTES }), destination, settings)
      : pipeline(source, destination, settings));
  } catch (error) {
    throw captureErrorOf(error, name, reader);
  }
  return { frames: reader.frames, skippedFrames: reader.skippedFrames };
}

/** The first chunks of a stream, together of `count` bytes or more; fewer where the stream is shorter. */
async function takeAtLeast(chunks: AsyncIterator<Buffer>, count: number): Promise<Buffer> {
  let taken = Buffer.alloc(0);
  while (taken.length < count) {
    const next = await chunks.next();
    if (next.done === true) break;
    taken = Buffer.concat([taken, next.value]);
  }
  return taken;
}

function startsWithGzip(beginning: Buffer): boolean {
  return GZIP_MAGIC.every((byte, index) => beginning[index] === byte);
}

/** The stream as it was before its beginning was taken. */
async function* rejoined(beginning: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield beginning;
  yield* { [Symbol.asyncIterator]: () => rest };
}

/** The end of the pipe. It takes each chunk at once, so that an error behind it cannot overtake what was read. */
function writableOf(reader: CaptureReader, onStarted: () => void): Writable {
  let isStarted = false;
  const take = (chunk: Uint8Array): void => {
    reader.push(chunk);
    if (isStarted || !reader.isStarted) return;
    isStarted = true;
    onStarted();
  };
  return new Writable({
    write: (chunk: Uint8Array, _encoding, done) => {
      done(
        failureOf(() => {
          take(chunk);
        }),
      );
    },
    final: (done) => {
      done(
        failureOf(() => {
          reader.end();
        }),
      );
    },
  });
}

function failureOf(action: () => void): Error | null {
  try {
    action();
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Names the file and the place in what the file system and the decompressor throw. */
function captureErrorOf(error: unknown, name: string, reader: CaptureReader): unknown {
  if (!(error instanceof Error) || error instanceof CaptureError) return error;
  const { code, errno, syscall } = error as NodeJS.ErrnoException;
  if (code?.startsWith("Z_") === true) {
    const place = `byte ${reader.position} of the uncompressed stream`;
    return new CaptureError("damaged", `${name}: ${place}: gzip: ${error.message}`, {
      cause: error,
    });
  }
  if (syscall === undefined) return error;
  const [, reason = error.message] = getSystemErrorMap().get(errno ?? 0) ?? [];
  return new CaptureError("unreadable", `${name}: cannot be read: ${reason}`, { cause: error });
}
