import { expect } from "vitest";
import { CaptureReader } from "../../features/capture/capture-reader.ts";
import { CaptureError } from "../../features/capture/packet-source.ts";
import { FlowExtractor } from "../../features/extract-flows.ts";

/** A copy with some bytes changed, a stretch taken out or doubled, as files get damaged; the file header mostly stays. */
export function mutated(file: Uint8Array, random: () => number): Uint8Array {
  const copy = file.slice();
  const first = random() < 0.1 ? 0 : 24;
  const place = (): number => first + Math.floor(random() * Math.max(1, copy.length - first));
  const changes = 1 + Math.floor(random() * 8);
  for (let change = 0; change < changes; change++) copy[place()] = Math.floor(random() * 256);
  if (random() < 0.7) return copy;
  const [from, to] = [place(), place()].toSorted((one, other) => one - other);
  const cut = random() < 0.5;
  return Uint8Array.from([...copy.subarray(0, cut ? from : to), ...copy.subarray(cut ? to : from)]);
}

/** The file in pieces of this length. */
export function* chunksOf(file: Uint8Array, length: number): Generator<Uint8Array> {
  for (let at = 0; at < file.length; at += length) yield file.subarray(at, at + length);
}

/** Reads a file as far as it goes: what was counted. Anything but a CaptureError is a fault of ours. */
export function survive(file: Uint8Array, cut: "connection" | "message"): FlowExtractor["counts"] {
  const extractor = new FlowExtractor({ cut, maxFlows: 50 }, ({ features }) => {
    for (const value of Object.values(features)) {
      if (value !== null && !Number.isFinite(value)) throw new Error(`a feature is ${value}`);
    }
  });
  const reader = new CaptureReader(extractor.frame.bind(extractor), { name: "x" });
  try {
    reader.push(file);
    reader.end();
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
  }
  extractor.end();
  return extractor.counts;
}

/** Each frame gave a segment or is counted under a reason. */
export function expectAllCounted({
  frames,
  segments: taken,
  ignored,
}: FlowExtractor["counts"]): void {
  const passedOver = Object.values(ignored).reduce((sum, count) => sum + count, 0);
  expect(taken + passedOver).toBe(frames);
}
