import { describe, expect, it } from "vitest";
import { uniformNumbers } from "../../../training/learners/draw-rows.ts";
import { HistogramCounter } from "../../../training/learners/gradient-histogram.ts";
import { RowPartition } from "../../../training/learners/row-partition.ts";

const ROWS = 500;

function columnsOf(features: number): readonly Uint8Array[] {
  const uniform = uniformNumbers(4);
  return Array.from({ length: features }, () =>
    Uint8Array.from({ length: ROWS }, () => uniform() * 256),
  );
}

function filledPartition(): RowPartition {
  const partition = new RowPartition(ROWS);
  for (let i = 0; i < ROWS; i += 1) {
    partition.rows[i] = (i * 7) % ROWS;
    partition.weights[i] = i + 1;
  }
  return partition;
}

function countedPlainly(columns: readonly Uint8Array[], start: number, end: number): number[] {
  const { rows, weights } = filledPartition();
  const sums = new Array<number>(columns.length * 256).fill(0);
  columns.forEach((column, feature) => {
    for (let i = start; i < end; i += 1) {
      const at = feature * 256 + (column[rows[i] ?? 0] ?? 0);
      sums[at] = (sums[at] ?? 0) + (weights[i] ?? 0);
    }
  });
  return sums;
}

describe("HistogramCounter", () => {
  // Features are counted by fours: all remainders.
  it.each([1, 3, 4, 6, 9])(
    "counts the rows of a range by feature and bin: %d features",
    (features) => {
      const columns = columnsOf(features);
      const counter = new HistogramCounter(columns);
      expect([...counter.count(filledPartition(), 40, 333)]).toEqual(
        countedPlainly(columns, 40, 333),
      );
    },
  );

  it("starts anew on a histogram that was given back", () => {
    const columns = columnsOf(5);
    const counter = new HistogramCounter(columns);
    counter.giveBack(counter.count(filledPartition(), 0, ROWS));
    expect([...counter.count(filledPartition(), 0, 10)]).toEqual(countedPlainly(columns, 0, 10));
  });

  it("has of a leaf what its brother leaves over", () => {
    const columns = columnsOf(5);
    const counter = new HistogramCounter(columns);
    const all = counter.count(filledPartition(), 0, ROWS);
    counter.subtract(all, counter.count(filledPartition(), 0, 200));
    expect([...all]).toEqual(countedPlainly(columns, 200, ROWS));
  });
});
