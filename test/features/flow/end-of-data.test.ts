import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EndOfData } from "../../../features/flow/end-of-data.ts";
import { chunksOf, cuts } from "../../support/stream-cuts.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Where the content ends in the whole stream, or -1. */
function endIn(chunks: readonly Uint8Array[]): number {
  const content = new EndOfData();
  let before = 0;
  for (const chunk of chunks) {
    const end = content.find(chunk, 0, chunk.length);
    if (end >= 0) return before + end;
    before += chunk.length;
  }
  return -1;
}

describe("EndOfData", () => {
  it.each([
    ["a dot on a line of its own", "Subject: x\r\n\r\nHello\r\n.\r\nQUIT\r\n", 24],
    ["a dot as the first line", ".\r\nQUIT\r\n", 3],
    ["a dot after an empty line", "\r\n.\r\n", 5],
    ["a dot after many CRs", "a\r\r\r\n.\r\n", 8],
    ["no dot in a longer line", "..\r\n.x\r\nx.\r\n", -1],
    ["no dot after LF alone", "a\n.\r\n", -1],
    ["no dot before LF alone", "a\r\n.\nb", -1],
    ["no dot before CR alone", "a\r\n.\rb\r\n", -1],
    ["no content that has not ended", "a\r\n.\r", -1],
  ])("takes for the end %s", (_, text, end) => {
    expect(endIn([bytes(text)])).toBe(end);
  });

  it("finds the same end however the stream is cut", () => {
    const text = bytes("Subject: x\r\n\r\n..\r\n.x\r\n.\rx\r\n\r\n.\r\nQUIT\r\n");
    fc.assert(
      fc.property(cuts, (places) => {
        expect(endIn(chunksOf(text, places))).toBe(endIn([text]));
      }),
    );
  });

  it("agrees with a search in the text", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\r\n.a]{0,40}$/), (text) => {
        const found = `\r\n${text}`.indexOf("\r\n.\r\n");
        expect(endIn([bytes(text)])).toBe(found < 0 ? -1 : found + 3);
      }),
    );
  });
});
