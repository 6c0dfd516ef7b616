import { describe, expect, it } from "vitest";
import { parseMoment } from "../../src/moment.ts";

describe("parseMoment", () => {
  it.each([
    ["1764000000", 1_764_000_000],
    ["1764000000.25", 1_764_000_000.25],
    ["2026-11-27T12:30:00Z", 1_795_782_600],
    ["2026-11-27 12:30:00Z", 1_795_782_600],
    ["2026-11-27T14:30+02:00", 1_795_782_600],
    ["2026-11-27T12:30:00.5Z", 1_795_782_600.5],
  ])("reads %s", (text, seconds) => {
    expect(parseMoment("--since", text)).toBe(seconds);
  });

  it("takes a date without a time for its first moment here", () => {
    expect(parseMoment("--since", "2026-11-27")).toBe(Date.parse("2026-11-27T00:00") / 1000);
  });

  it.each(["", "yesterday", "-5", "2026-13-01", "2026-11-27T25:00Z", "27.11.2026", "1e9"])(
    "refuses %o and names the option",
    (text) => {
      expect(() => parseMoment("--until", text)).toThrow(`--until ${text}: seconds since 1970`);
    },
  );
});
