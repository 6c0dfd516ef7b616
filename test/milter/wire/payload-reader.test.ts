import { describe, expect, it } from "vitest";

import { PayloadReader } from "../../../milter/wire/payload-reader.ts";

function read(text: string): PayloadReader {
  return new PayloadReader(Buffer.from(text, "latin1"), "TEST");
}

describe("PayloadReader", () => {
  it("reads numbers big-endian", () => {
    const reader = read("\x01\x02\x03\x00\x00\x01\x00");
    expect([reader.byte("a"), reader.uint16("b"), reader.uint32("c")]).toEqual([1, 0x203, 256]);
    expect(reader.isAtEnd).toBe(true);
  });

  it.each([
    ["byte", 1],
    ["uint16", 2],
    ["uint32", 4],
  ] as const)("refuses a %s that is cut off, and names it", (method, bytes) => {
    const short = read("\0".repeat(bytes - 1));
    expect(() => short[method]("port")).toThrow(
      `payload-too-short: TEST of ${bytes - 1} bytes ends before its port`,
    );
    expect(read("\0".repeat(bytes))[method]("port")).toBe(0);
  });

  it("reads strings up to their NUL, or up to the end without one", () => {
    const reader = read("one\0\0three");
    expect([reader.text(), reader.text(), reader.text(), reader.text()]).toEqual([
      "one",
      "",
      "three",
      "",
    ]);
  });

  it("decodes UTF-8, or one character per byte", () => {
    const bytes = Buffer.from("ü\0");
    expect(new PayloadReader(bytes, "TEST").text()).toBe("ü");
    expect(new PayloadReader(bytes, "TEST").text("latin1")).toBe("Ã¼");
    expect(read("\xff\0").text()).toBe("\ufffd");
  });

  it("gives all strings that are left, the last one with or without NUL", () => {
    expect(read("a\0b\0").texts()).toEqual(["a", "b"]);
    expect(read("a\0b").texts()).toEqual(["a", "b"]);
    expect(read("").texts()).toEqual([]);
  });

  it("insists on a NUL where one is demanded", () => {
    expect(read("a\0").terminated("name")).toBe("a");
    expect(() => read("a").terminated("name")).toThrow(
      "string-unterminated: TEST has no NUL after name",
    );
  });

  it("gives the rest, and refuses surplus", () => {
    const reader = read("a\0rest");
    reader.text();
    expect(reader.rest().toString()).toBe("rest");
    expect(() => {
      reader.end();
    }).not.toThrow();
    expect(() => {
      read("xy").end();
    }).toThrow("payload-too-long: TEST has 2 bytes too many");
  });
});
