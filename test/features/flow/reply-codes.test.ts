import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ReplyCodes } from "../../../features/flow/reply-codes.ts";
import { chunksOf, cuts } from "../../support/stream-cuts.ts";

function codesOf(chunks: readonly Uint8Array[]): number[] {
  const replies = new ReplyCodes();
  const codes: number[] = [];
  for (const chunk of chunks) replies.read(chunk, 0, chunk.length, (code) => codes.push(code));
  return codes;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("ReplyCodes", () => {
  it.each([
    ["one line each", "220 mx\r\n250 2.1.0 Ok\r\n", [220, 250]],
    ["several lines", "250-mx\r\n250-PIPELINING\r\n250 CHUNKING\r\n354 go\r\n", [250, 354]],
    ["a code without text", "250\r\n", [250]],
    ["lines that end with LF alone", "250-mx\n250 Ok\n", [250]],
    ["lines without a code between", "hello\r\n25\r\n\r\n2x0 what\r\n250 Ok\r\n", [250]],
    ["a line that has not ended", "250 Ok\r\n354 go", [250]],
  ])("reads replies of %s", (_, text, codes) => {
    expect(codesOf([bytes(text)])).toEqual(codes);
  });

  it("reads the same codes however the stream is cut", () => {
    const text = bytes(
      "220 mx ESMTP\r\n250-mx\r\n250-SIZE 10240000\r\n250 DSN\r\n354 End data\r\n",
    );
    fc.assert(
      fc.property(cuts, (places) => {
        expect(codesOf(chunksOf(text, places))).toEqual([220, 250, 354]);
      }),
    );
  });

  it("reads only the bytes that it is given", () => {
    const codes: number[] = [];
    new ReplyCodes().read(bytes("junk250 Ok\r\n354 go\r\n"), 4, 12, (code) => codes.push(code));
    expect(codes).toEqual([250]);
  });

  it("bears any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        for (const code of codesOf([noise])) expect(code).toBeLessThan(1_000);
      }),
    );
  });
});
