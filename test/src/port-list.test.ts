import { describe, expect, it } from "vitest";
import { parsePorts } from "../../src/port-list.ts";

describe("parsePorts", () => {
  it.each([
    ["25", [25]],
    ["25,587", [25, 587]],
    [" 1 , 65535 ", [1, 65_535]],
  ])("reads %j", (text, ports) => {
    expect(parsePorts(text)).toEqual(ports);
  });

  it.each(["", "0", "65536", "25;587", "smtp", "25,", "2e1", "-25", "2.5"])(
    "refuses %j",
    (text) => {
      expect(() => parsePorts(text)).toThrow(expect.objectContaining({ status: 64 }) as Error);
    },
  );
});
