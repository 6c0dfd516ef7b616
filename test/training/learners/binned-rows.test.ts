import { describe, expect, it } from "vitest";
import {
  binRows,
  selectBinnedRows,
  valueBinsFor,
  weighableBinsFor,
} from "../../../training/learners/binned-rows.ts";
import { tableFrom } from "../tables.ts";

const TABLE = tableFrom({ b: [1, 2, 3], a: [NaN, 5, 5] }, [0, 1, 1]);

describe("binRows", () => {
  it("orders the features by name, whatever the order of the columns", () => {
    expect(binRows(TABLE, undefined).byName).toEqual([1, 0]);
  });

  it("keeps labels and weights beside the bins", () => {
    const weights = Float64Array.of(1, 2, 3);
    expect(binRows(TABLE, weights)).toMatchObject({ rows: 3, labels: TABLE.labels, weights });
  });
});

describe("selectBinnedRows", () => {
  it("takes the rows in the given order, with the edges of all", () => {
    const rows = binRows(TABLE, Float64Array.of(1, 2, 3));
    expect(selectBinnedRows(rows, [2, 0])).toEqual({
      ...rows,
      rows: 2,
      columns: [Uint8Array.of(2, 0), Uint8Array.of(0, 255)],
      labels: Uint8Array.of(1, 0),
      weights: Float64Array.of(3, 1),
    });
  });
});

describe("valueBinsFor", () => {
  it.each([
    [10, 32],
    [900, 45],
    [1_000_000, 255],
  ])("%d rows are worth %d bins", (rows, bins) => {
    expect(valueBinsFor(rows)).toBe(bins);
  });
});

describe("weighableBinsFor", () => {
  it.each([
    [10, 4],
    [400, 10],
    [1_000_000, 20],
  ])("%d rows tell the weights of %d bins", (rows, bins) => {
    expect(weighableBinsFor(rows)).toBe(bins);
  });
});
