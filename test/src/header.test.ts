import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatHeader,
  isSpam,
  parseHeader,
  stars,
  UNKNOWN_REASONS,
  type ScoredHeader,
} from "../../src/header.ts";

const scored: ScoredHeader = {
  kind: "scored",
  score: 0.973,
  required: 0.8,
  model: "blend-7",
  packets: 23,
  action: "tag",
  id: "3f9c2a7b51de",
};

const hexId = fc.stringMatching(/^[0-9a-f]{12}$/);
const anyScored = fc.record({
  kind: fc.constant("scored" as const),
  score: fc.double({ min: 0, max: 1, noNaN: true }),
  required: fc.double({ min: 0, max: 1, noNaN: true }),
  model: fc.stringMatching(/^[a-z]{1,40}-[0-9]{1,6}$/),
  packets: fc.nat(),
  action: fc.constantFrom("none" as const, "tag" as const),
  id: hexId,
});

describe("formatHeader", () => {
  it("writes a scored mail as two lines, folded before column 78", () => {
    expect(formatHeader(scored)).toBe(
      "Yes, score=0.973 required=0.800 level=********* model=blend-7\n" +
        "\tcapture=complete packets=23 action=tag id=3f9c2a7b51de",
    );
  });

  it("says No below the threshold and - where no full tenth is reached", () => {
    const value = formatHeader({ ...scored, score: 0.012, action: "none" });
    expect(value).toMatch(/^No, score=0\.012 required=0\.800 level=- /);
  });

  it.each(UNKNOWN_REASONS)("gives Unknown with reason %s neither score nor level", (reason) => {
    const value = formatHeader({ kind: "unknown", reason, id: "3f9c2a7b51de" });
    expect(value).toBe(`Unknown, reason=${reason} id=3f9c2a7b51de`);
    expect(value).not.toMatch(/score=|level=/);
  });

  it("never writes a line over 78 columns, nor anything but ASCII words and LF TAB folds", () => {
    fc.assert(
      fc.property(anyScored, (header) => {
        const value = formatHeader(header);
        const lines = `X-SpamFlow: ${value}`.split("\n");
        expect(lines.every((line) => line.length <= 78)).toBe(true);
        expect(value.replaceAll("\n\t", " ")).toMatch(/^[\x21-\x7e]+( [\x21-\x7e]+)*$/);
      }),
    );
  });
});

describe("stars and verdict", () => {
  it.each([
    [0, "-"],
    [0.0994, "-"],
    [0.0995, "*"],
    [0.799, "*******"],
    [0.7996, "********"],
    [1, "**********"],
  ])("shows %f as %s", (score, expected) => {
    expect(stars(score)).toBe(expected);
  });

  it("compares the rounded score, so that what is printed and what is decided agree", () => {
    expect(isSpam(0.7996, 0.8)).toBe(true);
    expect(isSpam(0.7994, 0.8)).toBe(false);
  });
});

describe("parseHeader", () => {
  it("reads back verdict and id of whatever was written", () => {
    fc.assert(
      fc.property(anyScored, (header) => {
        const verdict = isSpam(header.score, header.required) ? "Yes" : "No";
        expect(parseHeader(formatHeader(header))).toEqual({ verdict, id: header.id });
      }),
    );
  });

  it.each([
    ["Yes, score=0.9", "no id"],
    ["Maybe, id=3f9c2a7b51de", "an unknown verdict"],
    ["Yes, id=3f9c2a7b51d", "an id that is too short"],
    ["Yes, id=3f9c2a7b51deff", "an id that is too long"],
    ["Yes, xid=3f9c2a7b51de", "another key that ends in id"],
  ])("refuses %s: %s", (value) => {
    expect(parseHeader(value)).toBeUndefined();
  });
});
