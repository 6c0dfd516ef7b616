import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitRecord } from "../../training/csv.ts";

const quote = (field: string): string => `"${field.replaceAll('"', '""')}"`;

describe("splitRecord", () => {
  it.each([
    ["a,b,c", ["a", "b", "c"]],
    ["", [""]],
    [",", ["", ""]],
    ['"a,b",c', ["a,b", "c"]],
    ['"say ""yes""",', ['say "yes"', ""]],
    ['""', [""]],
    ['a,""', ["a", ""]],
    ['"a","b"', ["a", "b"]],
    ['5" pipe,1', ['5" pipe', "1"]],
  ])("splits %s", (line, fields) => {
    expect(splitRecord(line)).toEqual(fields);
  });

  it.each(['"a', 'a,"b', '"a"b,c', '"a""', '"'])("refuses %s", (line) => {
    expect(splitRecord(line)).toBeUndefined();
  });

  it("gives back any fields that were quoted", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (fields) => {
        expect(splitRecord(fields.map(quote).join(","))).toEqual(fields);
      }),
    );
  });
});
