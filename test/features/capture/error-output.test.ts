import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ErrorLines, LineLimit } from "../../../features/capture/error-output.ts";
import { chunksOf, cuts } from "../../support/stream-cuts.ts";

function linesOf(...chunks: readonly string[]): string[] {
  const heard: string[] = [];
  const lines = new ErrorLines((line) => heard.push(line));
  for (const chunk of chunks) lines.push(chunk);
  lines.end();
  return heard;
}

describe("ErrorLines", () => {
  it("hears the same lines however the output is cut", () => {
    const text = "one\r\n\n  two \n(three)\rfour";
    fc.assert(
      fc.property(cuts, (places) => {
        const chunks = chunksOf(Buffer.from(text), places);
        const texts = chunks.map((chunk) => Buffer.from(chunk).toString());
        expect(linesOf(...texts)).toEqual(["one", "two", "(three)", "four"]);
      }),
    );
  });

  it("cuts a line that never ends, and holds no more of it", () => {
    const chunks = Array.from({ length: 100 }, () => "x".repeat(10_000));
    expect(linesOf(...chunks, "\n", "next")).toEqual(["x".repeat(1_000), "next"]);
  });
});

describe("LineLimit", () => {
  it("passes twenty lines a minute, and tells of the others in the next", () => {
    const limit = new LineLimit();
    const told = Array.from({ length: 50 }, (_, n) => limit.pass(`line ${n}`, 1_000 + n)).flat();
    expect(told).toHaveLength(20);
    expect(limit.pass("late", 62_000)).toEqual(["(30 lines were left out)", "late"]);
    expect(limit.pass("later", 62_001)).toEqual(["later"]);
  });
});
