import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  MAX_HELD_BYTES,
  MAX_HELD_SEGMENTS,
  StreamReassembly,
} from "../../../features/flow/stream-reassembly.ts";
import type { PayloadRun } from "../../../features/flow/stream-reassembly.ts";

/** Reads a stream as text; what was missed stands there as `<count>`. */
function reassembly(start?: number): { stream: StreamReassembly; text: () => string } {
  let text = "";
  const stream = new StreamReassembly(
    {
      take: (bytes, from, to) => {
        text += new TextDecoder().decode(bytes.subarray(from, to));
      },
      miss: (count) => {
        text += `<${count}>`;
      },
    },
    start,
  );
  return { stream, text: () => text };
}

/** Payload at a position; `captured` bytes of it were kept, and the buffer begins with a header. */
function run(start: number, payload: string, captured = payload.length): PayloadRun {
  const bytes = new TextEncoder().encode(`head${payload}`);
  return { start, length: payload.length, bytes, offset: 4, captured };
}

describe("StreamReassembly", () => {
  it.each<[string, readonly PayloadRun[], string]>([
    ["in order", [run(0, "abc"), run(3, "def")], "abcdef"],
    ["overtaken", [run(3, "def"), run(6, "ghi"), run(0, "abc")], "abcdefghi"],
    ["repeated", [run(0, "abc"), run(0, "abc"), run(3, "def"), run(0, "abc")], "abcdef"],
    ["repeated with more", [run(0, "abc"), run(0, "abcdef")], "abcdef"],
    ["overlapping behind a hole", [run(3, "def"), run(5, "fgh"), run(0, "abc")], "abcdefgh"],
    ["filled from a segment that reaches beyond", [run(5, "f"), run(0, "abcdefgh")], "abcdefgh"],
  ])("puts segments in order that came %s", (_, runs, expected) => {
    const { stream, text } = reassembly(0);
    for (const each of runs) stream.see(each);
    expect(text()).toBe(expected);
  });

  it("gives the first copy where copies differ", () => {
    const { stream, text } = reassembly(0);
    for (const each of [run(0, "abc"), run(0, "xyzdef")]) stream.see(each);
    expect(text()).toBe("abcdef");
  });

  it("begins with the first payload where the beginning is unknown", () => {
    const { stream, text } = reassembly();
    for (const each of [run(1_000, "abc"), run(900, "old"), run(1_003, "def")]) stream.see(each);
    expect(text()).toBe("abcdef");
  });

  it("keeps what waits though its buffer is used again", () => {
    const { stream, text } = reassembly(0);
    const waiting = run(3, "def");
    stream.see(waiting);
    waiting.bytes.fill(0);
    stream.see(run(0, "abc"));
    expect(text()).toBe("abcdef");
  });

  it("misses what the capture cut off", () => {
    const { stream, text } = reassembly(0);
    for (const each of [run(0, "abcdef", 2), run(6, "ghi", 0), run(9, "jkl")]) stream.see(each);
    expect(text()).toBe("ab<4><3>jkl");
  });

  it("gives any stream back from segments in any order, repeated and overlapping", () => {
    const whole = "The quick brown fox jumps over the lazy dog.";
    const pieces = fc.array(fc.tuple(fc.nat(whole.length), fc.integer({ min: 1, max: 12 })), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 9 }), (extra, step) => {
        const starts = Array.from(
          { length: Math.ceil(whole.length / step) },
          (_, each) => step * each,
        );
        const all = [...extra, ...starts.map((start) => [start, step] as const)];
        const { stream, text } = reassembly(0);
        for (const [start, length] of all)
          stream.see(run(start, whole.slice(start, start + length)));
        expect(text()).toBe(whole);
      }),
    );
  });
});

describe("StreamReassembly.giveUpBelow", () => {
  it("misses the holes below what was acknowledged, and goes on behind them", () => {
    const { stream, text } = reassembly(0);
    for (const each of [run(0, "abc"), run(5, "fgh"), run(10, "klm")]) stream.see(each);
    stream.giveUpBelow(8);
    expect(text()).toBe("abc<2>fgh");
    stream.giveUpBelow(15);
    expect(text()).toBe("abc<2>fgh<2>klm<2>");
  });

  it("misses nothing where all acknowledged was seen", () => {
    const { stream, text } = reassembly(0);
    stream.see(run(0, "abc"));
    stream.giveUpBelow(3);
    stream.giveUpBelow(1);
    expect(text()).toBe("abc");
  });
});

describe("the bounds of StreamReassembly", () => {
  it("give up the lowest hole when too many segments wait", () => {
    const { stream, text } = reassembly(0);
    for (let each = 1; each <= MAX_HELD_SEGMENTS; each++) stream.see(run(2 * each, "x"));
    expect(text()).toBe("");
    stream.see(run(2 * MAX_HELD_SEGMENTS + 2, "x"));
    expect(text()).toBe("<2>x");
  });

  it("give up the lowest hole when too many bytes wait", () => {
    const { stream, text } = reassembly(0);
    const half = "x".repeat(MAX_HELD_BYTES / 2);
    stream.see(run(1, half));
    stream.see(run(1 + MAX_HELD_BYTES, half));
    expect(text()).toBe("");
    stream.see(run(2 * MAX_HELD_BYTES, "y"));
    expect(text()).toBe(`<1>${half}`);
  });
});
