import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readCapture } from "../../features/capture/read-capture.ts";
import { decodeSegment } from "../../features/decode/decode-segment.ts";
import type { Frame, IgnoredReason, TcpSegment } from "../../features/decode/segment.ts";

const FOLDER = join(import.meta.dirname, "..", "fixtures", "captures");

/** One flow of expected.json; test/fixtures/captures/README.md says what its values mean. */
export interface ExpectedFlow {
  readonly client: { readonly address: string; readonly port: number };
  readonly server: { readonly address: string; readonly port: number };
  readonly complete?: boolean;
  readonly features: Readonly<Record<string, number | null>>;
}

/** Path of a capture in the fixtures, by its file name. */
export function capturePath(name: string): string {
  return join(FOLDER, name);
}

/** What each capture of the fixtures must give, by file name. */
export function expectedFlows(): Readonly<Record<string, readonly ExpectedFlow[]>> {
  return JSON.parse(readFileSync(join(FOLDER, "expected.json"), "utf8")) as Record<
    string,
    ExpectedFlow[]
  >;
}

/** All frames of a capture, each with bytes of its own. */
export async function framesOf(path: string): Promise<Frame[]> {
  const frames: Frame[] = [];
  await readCapture(path, (frame) => frames.push(copyOf(frame)));
  return frames;
}

/** The segments of a fixture capture, in order. */
export async function segmentsOf(name: string): Promise<TcpSegment[]> {
  const frames = await framesOf(capturePath(name));
  return frames.map(decodeSegment).filter((result) => typeof result !== "string");
}

/** The decoded segment; a test that expects one fails with the reason when there is none. */
export function decoded(result: TcpSegment | IgnoredReason): TcpSegment {
  if (typeof result === "string") throw new Error(`no segment: ${result}`);
  return result;
}

/** The frame with its captured bytes copied, so that it outlives the call it was given to a sink. */
export function copyOf(frame: Frame): Frame {
  const { bytes, offset, capturedLength } = frame;
  return {
    ...frame,
    bytes: Uint8Array.from(bytes.subarray(offset, offset + capturedLength)),
    offset: 0,
  };
}
