import { describe, expect, it } from "vitest";
import { keyLines, lineOf } from "../../../src/config/key-lines.ts";

const text = `# a comment with a = sign
mode = "tag"

[capture]
ports = [25,
  587]
  "interface" = "eth0"

[ scoring ]
required=0.9
log.format = "json"
[[learning.teachers]]
kind = "header"
`;

describe("keyLines", () => {
  it("knows where each key and each table stands", () => {
    expect(Object.fromEntries(keyLines(text))).toEqual({
      mode: 2,
      capture: 4,
      "capture.ports": 5,
      "capture.interface": 7,
      scoring: 9,
      "scoring.required": 10,
      "scoring.log.format": 11,
      "learning.teachers": 12,
      "learning.teachers.kind": 13,
    });
  });
});

describe("lineOf", () => {
  const lines = keyLines(text);

  it("finds a key", () => {
    expect(lineOf(lines, ["capture", "interface"])).toBe(7);
  });

  it("finds the key around a value inside a list", () => {
    expect(lineOf(lines, ["capture", "ports", 1])).toBe(5);
  });

  it("finds nothing for what is not in the file", () => {
    expect(lineOf(lines, ["socket", "mode"])).toBeUndefined();
  });
});
