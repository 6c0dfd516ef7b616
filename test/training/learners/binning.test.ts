import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  binOf,
  binTable,
  binValues,
  edgesOf,
  MISSING_BIN,
  numberBetween,
} from "../../../training/learners/binning.ts";
import { anyValue, tableFrom } from "../tables.ts";

const columnOf = (values: readonly number[]) => Float64Array.from(values);

describe("edgesOf", () => {
  it("parts all values where they are few", () => {
    expect([...edgesOf(columnOf([3, 1, 2, 2, NaN, 1]), 10)]).toEqual([1.5, 2.5]);
  });

  it.each([
    ["a constant", [5, 5, 5]],
    ["nothing but missing values", [NaN, Infinity, -Infinity]],
    ["an empty column", []],
  ])("has none for %s", (_, values) => {
    expect(edgesOf(columnOf(values), 255)).toHaveLength(0);
  });

  it("gives bins about equal shares of many values, however their tail", () => {
    const values = Array.from({ length: 10_000 }, (_, i) => Math.exp(i / 500));
    const edges = edgesOf(columnOf(values), 20);
    const counts = new Array<number>(edges.length + 1).fill(0);
    for (const value of values)
      counts[binOf(value, edges)] = (counts[binOf(value, edges)] ?? 0) + 1;
    expect(counts).toHaveLength(20);
    for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(30);
  });

  it("never has more bins than wanted, rises, and keeps apart what it parts", () => {
    fc.assert(
      fc.property(
        fc.array(anyValue, { maxLength: 300 }),
        fc.integer({ min: 2, max: 40 }),
        (values, bins) => {
          const edges = [...edgesOf(columnOf(values), bins)];
          expect(edges.length).toBeLessThan(bins);
          edges.forEach((edge, i) => {
            expect(edge).toBeGreaterThan(edges[i - 1] ?? -Infinity);
          });
        },
      ),
    );
  });
});

describe("binOf", () => {
  it("is the number of edges below the value", () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.array(fc.integer()),
        (value, numbers) => {
          const edges = columnOf([...new Set(numbers)]).sort();
          expect(binOf(value, edges)).toBe(edges.filter((edge) => edge < value).length);
        },
      ),
    );
  });

  it.each([NaN, Infinity, -Infinity])("takes %d as missing", (value) => {
    expect(binOf(value, columnOf([0]))).toBe(MISSING_BIN);
  });
});

describe("binTable", () => {
  it("has the bin of each value, and the same for a mail of those values", () => {
    const table = tableFrom({ a: [1, 2, NaN, 3], b: [7, 7, 7, 7] }, [0, 1, 0, 1]);
    const { columns, edges } = binTable(table);
    expect(columns).toEqual([Uint8Array.of(0, 1, 255, 2), Uint8Array.of(0, 0, 0, 0)]);
    expect(binValues(columnOf([NaN, 8]), edges)).toEqual(Uint8Array.of(255, 0));
    expect(binValues(columnOf([]), edges)).toEqual(Uint8Array.of(255, 255));
  });
});

describe("numberBetween", () => {
  it("has as few digits as tell the two apart", () => {
    expect(numberBetween(0.123456, 0.2)).toBe(0.16);
    expect(numberBetween(1, 2)).toBe(1.5);
    expect(numberBetween(1.0000001, 1.0000002)).toBe(1.0000001);
  });

  it("lies from the lower one on and below the higher one", () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (a, b) => {
          const [low, high] = [Math.min(a, b), Math.max(a, b)];
          if (low === high) return;
          const between = numberBetween(low, high);
          expect(low <= between && between < high).toBe(true);
        },
      ),
    );
  });
});
