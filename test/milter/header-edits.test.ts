import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { applyEdits, type HeaderField } from "../../milter/applied-edits.ts";
import { MilterAnswerError } from "../../milter/errors.ts";
import {
  addingReply,
  checkHeaderName,
  CountedHeaders,
  foldHeaderValue,
} from "../../milter/header-edits.ts";

describe("checkHeaderName", () => {
  it.each(["X", "X-Test", "!#$%&'*+-.^_`|~0", "N".repeat(76)])("takes %s", (name) => {
    expect(() => {
      checkHeaderName(name);
    }).not.toThrow();
  });

  it.each(["", "X Bad", "X:", "X\n", "X\0", "Ü", "X\x7f", "N".repeat(77)])("refuses %j", (name) => {
    expect(() => {
      checkHeaderName(name);
    }).toThrow(MilterAnswerError);
  });
});

describe("foldHeaderValue", () => {
  it.each([
    ["a plain value", "a", "a"],
    ["an empty value", "", ""],
    ["CRLF", "a\r\nb", "a\n\tb"],
    ["a bare LF", "a\nb", "a\n\tb"],
    ["a bare CR", "a\rb", "a\n\tb"],
    ["white space after a fold", "a\r\n   b", "a\n\tb"],
    ["a blank line", "a\r\n\r\n \r\nb", "a\n\tb"],
    ["an end of line at the end", "a\r\n", "a"],
    ["a value that begins with an end of line", "\r\nb", "\n\tb"],
    ["other letters", "grün", "grün"],
  ])("brings %s into the protocol's form", (_, value, folded) => {
    expect(foldHeaderValue("X", value)).toBe(folded);
  });

  it("breaks a long line at white space", () => {
    const value = Array.from({ length: 300 }, () => "word=ü").join(" ");
    const folded = foldHeaderValue("X-Test", value);
    const lines = `X-Test: ${folded}`.split("\n");
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThan(998);
    expect(folded.replaceAll("\n\t", " ")).toBe(value);
  });

  it("takes the longest word that fits, and refuses one byte more", () => {
    const longest = "w".repeat(997 - "X: ".length);
    expect(foldHeaderValue("X", longest)).toBe(longest);
    expect(() => foldHeaderValue("X", `${longest}w`)).toThrow("cannot be folded");
  });

  it("refuses a NUL", () => {
    expect(() => foldHeaderValue("X", "a\0b")).toThrow("the value of X has a NUL");
  });

  it("never lets a value end the header, whatever it holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 3_000 }), (value) => {
        let folded: string;
        try {
          folded = foldHeaderValue("X-Test", value);
        } catch (error) {
          expect(error).toBeInstanceOf(MilterAnswerError);
          return;
        }
        expect(folded).not.toMatch(/[\r\0]/);
        for (const [index, line] of folded.split("\n").entries()) {
          if (index > 0) expect(line).toMatch(/^\t\S/);
          expect(Buffer.byteLength(line)).toBeLessThan(998);
        }
      }),
    );
  });
});

describe("CountedHeaders", () => {
  const counts = new Map([
    ["x-test", 3],
    ["subject", 1],
  ]);
  const counted = () => new CountedHeaders((name) => counts.get(name.toLowerCase()) ?? 0);

  it("deletes from the last copy to the first", () => {
    const replies = counted().replies({ kind: "delete-headers", name: "X-Test" });
    expect(replies).toEqual(
      [3, 2, 1].map((index) => ({ kind: "change-header", index, name: "X-Test", value: "" })),
    );
    expect(counted().replies({ kind: "delete-headers", name: "X-None" })).toEqual([]);
  });

  it("follows the counts through the edits before", () => {
    const headers = counted();
    const change = (index: number, value: string) =>
      headers.replies({ kind: "change-header", index, name: "x-test", value });
    change(3, "");
    expect(() => change(3, "v")).toThrow("change of x-test 3, the message has 2");
    expect(headers.replies({ kind: "delete-headers", name: "X-Test" })).toHaveLength(2);
    expect(headers.replies({ kind: "delete-headers", name: "X-Test" })).toEqual([]);
  });

  it.each([0, -1, 2, 1.5])("refuses to change copy %d of one", (index) => {
    const edit = { kind: "change-header", index, name: "Subject", value: "v" } as const;
    expect(() => counted().replies(edit)).toThrow("the message has 1");
  });

  it("leaves no copy of a name, wherever the copies stand", () => {
    const headers = fc.array(fc.constantFrom("X-Test", "x-test", "X-TEST", "Subject", "To"), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(headers, (names) => {
        const fields = names.map((name, index): HeaderField => [name, String(index)]);
        const isOurs = (name: string) => name.toLowerCase() === "x-test";
        const present = new CountedHeaders(() => names.filter(isOurs).length);
        const edits = present.replies({ kind: "delete-headers", name: "X-Test" });
        const body = Buffer.alloc(0);
        const edited = applyEdits({ sender: "", recipients: [], headers: fields, body }, edits);
        expect(edited.headers).toEqual(fields.filter(([name]) => !isOurs(name)));
      }),
    );
  });
});

describe("addingReply", () => {
  it("checks the name, the value and the index", () => {
    expect(addingReply({ kind: "add-header", name: "X", value: "a\r\nb" })).toEqual({
      kind: "add-header",
      name: "X",
      value: "a\n\tb",
    });
    const insert = (index: number) =>
      addingReply({ kind: "insert-header", index, name: "X", value: "v" });
    expect(insert(0)).toMatchObject({ index: 0 });
    expect(insert(0x7fffffff)).toMatchObject({ index: 0x7fffffff });
    for (const index of [-1, 0.5, NaN, 0x80000000])
      expect(() => insert(index)).toThrow("insertion");
    expect(() => addingReply({ kind: "add-header", name: "X Y", value: "" })).toThrow("no");
  });
});
