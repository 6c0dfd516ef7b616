import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BatchDecoder, BatchEncoder } from "../../../features/capture/cap-stream.ts";
import type { Frame } from "../../../features/decode/segment.ts";
import { frames, plain, type PlainFrame } from "../../support/plain-frame.ts";

/** A run of frames, and the ticket that is answered behind it (0: none). */
const runs = fc.array(fc.tuple(frames, fc.nat({ max: 3 })), { maxLength: 6 });

function encoded(list: readonly (readonly [Frame[], number])[]): Buffer {
  const encoder = new BatchEncoder();
  const batches = list.flatMap(([run, ticket]) => {
    const full: Buffer[] = [];
    for (const frame of run) {
      if (encoder.isFull) full.push(encoder.take());
      encoder.add(frame);
    }
    return [...full, encoder.take(ticket)];
  });
  return Buffer.concat(batches);
}

function decoded(chunks: readonly Buffer[]): (PlainFrame | number)[] {
  const seen: (PlainFrame | number)[] = [];
  const decoder = new BatchDecoder(1, {
    frame: (frame) => seen.push(plain(frame)),
    ticket: (ticket) => seen.push(ticket),
  });
  for (const chunk of chunks) decoder.push(chunk);
  return seen;
}

/** The stream in chunks that end at the given places. */
function cut(stream: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => place % (stream.length + 1)), stream.length];
  const sorted = ends.toSorted((a, b) => a - b);
  return sorted.map((end, index) => stream.subarray(sorted[index - 1] ?? 0, end));
}

describe("the stream of the cap child", () => {
  it("brings the same frames, and tickets behind them, however it is cut", () => {
    fc.assert(
      fc.property(runs, fc.array(fc.nat()), (list, places) => {
        const expected = list.flatMap(([run, ticket]) => [
          ...run.map(plain),
          ...(ticket === 0 ? [] : [ticket]),
        ]);
        expect(decoded(cut(encoded(list), places))).toEqual(expected);
      }),
    );
  });

  it("starts a new batch before one grows beyond its bound", () => {
    const bytes = new Uint8Array(128);
    const frame = { seconds: 1, nanoseconds: 2, bytes, offset: 0, linkType: 1 };
    const run = Array.from({ length: 1000 }, (_, index) => ({
      ...frame,
      capturedLength: 128,
      originalLength: index,
    }));
    expect(decoded([encoded([[run, 7]])])).toEqual([...run.map(plain), 7]);
  });

  it("refuses a batch that no encoder makes, and names the place", () => {
    const good = encoded([[[], 1]]);
    const absurd = Buffer.alloc(8, 0xff);
    expect(() => decoded([good, absurd])).toThrow(/the cap child: byte 8: .* 4294967295 bytes/);
  });
});
