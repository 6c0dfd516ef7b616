import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineCollector, MAX_LINE_BYTES } from "../../../features/flow/line-collector.ts";
import { chunksOf, cuts } from "../../support/stream-cuts.ts";

/** The lines of a stream that comes in these chunks. */
function linesOf(chunks: readonly Uint8Array[]): string[] {
  const collector = new LineCollector();
  const lines: string[] = [];
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) {
      at = collector.take(chunk, at, chunk.length);
      if (collector.line !== undefined) lines.push(collector.line);
    }
  }
  return lines;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("LineCollector", () => {
  it.each([
    ["ends with CR LF", "EHLO x\r\nQUIT\r\n", ["EHLO x", "QUIT"]],
    ["ends with LF alone", "EHLO x\nQUIT\n", ["EHLO x", "QUIT"]],
    ["is empty", "\r\n\n", ["", ""]],
    ["has a CR within", "a\rb\r\r\n", ["a\rb\r"]],
    ["has not ended yet", "EHLO x\r\nQUI", ["EHLO x"]],
  ])("gives a line that %s", (_, text, lines) => {
    expect(linesOf([bytes(text)])).toEqual(lines);
  });

  it("gives the same lines however the stream is cut", () => {
    const text = bytes("EHLO x\r\nMAIL FROM:<>\r\n\r\nRCPT TO:<a@b>\nQUIT\r\n");
    fc.assert(
      fc.property(cuts, (places) => {
        expect(linesOf(chunksOf(text, places))).toEqual(linesOf([text]));
      }),
    );
  });

  it("drops what goes beyond the bound, and finds the next line", () => {
    const long = "x".repeat(MAX_LINE_BYTES + 500);
    expect(linesOf(chunksOf(bytes(`${long}\r\nQUIT\r\n`), [0.3, 0.5, 0.9]))).toEqual([
      "x".repeat(MAX_LINE_BYTES),
      "QUIT",
    ]);
  });

  it("knows whether a line has begun", () => {
    const collector = new LineCollector();
    expect(collector.isAtStart).toBe(true);
    collector.take(bytes("QU"), 0, 2);
    expect(collector.isAtStart).toBe(false);
    collector.take(bytes("IT\r\n"), 0, 4);
    expect(collector.isAtStart).toBe(true);
  });

  it("leaves what follows the line to its caller", () => {
    expect(new LineCollector().take(bytes("..DATA\r\nSubject"), 2, 15)).toBe(8);
  });
});
