import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NumberColumn } from "../../training/number-column.ts";

function columnOf(cells: readonly string[]): NumberColumn {
  const column = new NumberColumn("c");
  cells.forEach((cell, i) => {
    column.add(cell, i + 2);
  });
  return column;
}

describe("NumberColumn", () => {
  it("gives back any finite numbers, in their order", () => {
    const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }));
    fc.assert(
      fc.property(numbers, (values) => {
        const column = columnOf(values.map(String));
        expect([...column.values()]).toEqual(values.map((value) => value + 0));
        expect(column.firstText).toBeUndefined();
      }),
    );
  });

  it.each(["1", "-1.5", "+.5", "2.", "1e3", "1E-3", "0.183062"])("takes %s as a number", (cell) => {
    expect(columnOf([cell])).toMatchObject({ isNumeric: true, firstText: undefined });
    expect(columnOf([cell]).values()[0]).toBe(Number(cell));
  });

  it.each(["NaN", "inf", "-Infinity", "1e999"])("takes %s as a number gone wrong", (cell) => {
    expect(columnOf([cell])).toMatchObject({ isNumeric: true, firstText: { line: 2, text: cell } });
  });

  it.each(["0x10", "1,5", "abc", "1 2", ".", "infrequent", "nano"])("takes %s as text", (cell) => {
    expect(columnOf([cell])).toMatchObject({
      isNumeric: false,
      firstText: { line: 2, text: cell },
    });
  });

  it("keeps an empty cell as missing, which is neither number nor text", () => {
    const column = columnOf(["", ""]);
    expect([...column.values()]).toEqual([NaN, NaN]);
    expect(column).toMatchObject({ isNumeric: false, firstText: undefined });
  });

  it("remembers the first text among the numbers", () => {
    expect(columnOf(["1", "x", "y"]).firstText).toEqual({ line: 3, text: "x" });
  });

  it.each([
    [["2", "2"], true],
    [["", ""], true],
    [["2", ""], false],
    [["2", "3"], false],
  ])("knows of %j whether it is constant: %s", (cells, constant) => {
    expect(columnOf(cells).isConstant).toBe(constant);
  });

  it("grows as the rows come", () => {
    const column = columnOf(Array.from({ length: 5000 }, (_, i) => String(i)));
    expect(column.values()).toHaveLength(5000);
    expect(column.values()[4999]).toBe(4999);
  });
});
