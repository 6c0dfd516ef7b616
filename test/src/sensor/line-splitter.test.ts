import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineSplitter, LongLineError } from "../../../src/sensor/line-splitter.ts";
import { chunksOf, cuts } from "../../support/stream-cuts.ts";

const text = fc
  .string({ maxLength: 30, unit: "grapheme" })
  .map((line) => line.replaceAll("\n", ""));

describe("LineSplitter", () => {
  it("yields the same lines however the stream is cut", () => {
    fc.assert(
      fc.property(fc.array(text), cuts, (lines, places) => {
        const splitter = new LineSplitter(1_000);
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
        const chunks = chunksOf(bytes, places).map((chunk) => Buffer.from(chunk));
        expect(chunks.flatMap((chunk) => splitter.push(chunk))).toEqual(lines);
      }),
    );
  });

  it("takes a line of the greatest length, and throws at a byte more, before the line ends", () => {
    const splitter = new LineSplitter(10);
    expect(splitter.push(Buffer.from("0123456789\nabc"))).toEqual(["0123456789"]);
    expect(splitter.push(Buffer.from("defghij\n"))).toEqual(["abcdefghij"]);
    splitter.push(Buffer.from("01234"));
    expect(() => splitter.push(Buffer.from("567890"))).toThrow(LongLineError);
  });
});
