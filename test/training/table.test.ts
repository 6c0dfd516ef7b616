import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inCanonicalOrder, rowValues, selectRows, spamCount } from "../../training/table.ts";
import { tableFrom } from "./tables.ts";

const table = tableFrom({ b: [1, 2, 3], a: [4, NaN, 6] }, [1, 0, 1]);

describe("rowValues", () => {
  it("gives a row in the order of the names", () => {
    expect(rowValues(table, 1)).toEqual(Float64Array.of(2, NaN));
  });
});

describe("spamCount", () => {
  it("counts the rows that are spam", () => {
    expect(spamCount(table.labels)).toBe(2);
    expect(spamCount(new Uint8Array(0))).toBe(0);
  });
});

describe("selectRows", () => {
  it("gives the rows that were asked for, with label and time, in that order", () => {
    expect(selectRows(table, [2, 0])).toEqual({
      ...tableFrom({ b: [3, 1], a: [6, 4] }, [1, 1]),
      times: Float64Array.of(2, 0),
    });
  });
});

describe("inCanonicalOrder", () => {
  it("orders columns by name and rows by time, and leaves its input alone", () => {
    const shuffled = { ...table, times: Float64Array.of(30, 10, 20) };
    const before = structuredClone(shuffled);
    expect(inCanonicalOrder(shuffled)).toEqual({
      ...tableFrom({ a: [NaN, 6, 4], b: [2, 3, 1] }, [0, 1, 1]),
      times: Float64Array.of(10, 20, 30),
    });
    expect(shuffled).toEqual(before);
  });

  it("keeps rows of one time as they stood", () => {
    const times = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 40 });
    fc.assert(
      fc.property(times, (values) => {
        const rows = values.map((_, row) => row);
        const { columns } = inCanonicalOrder({
          ...tableFrom(
            { row: rows },
            rows.map(() => 0),
          ),
          times: Float64Array.from(values),
        });
        const expected = rows.toSorted((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
        expect([...(columns[0] ?? [])]).toEqual(expected);
      }),
    );
  });
});
