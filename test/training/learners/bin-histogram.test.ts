import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BinHistogram } from "../../../training/learners/bin-histogram.ts";

describe("BinHistogram", () => {
  const histogram = new BinHistogram();

  it.each([
    ["few rows", 60],
    ["many rows", 400],
  ])("has the weight of each bin that %s meet, and nothing of the time before", (_, maxLength) => {
    const column = fc.uint8Array({ minLength: maxLength / 2, maxLength });
    fc.assert(
      fc.property(column, fc.nat(10), (bins, start) => {
        const rows = Int32Array.from(bins, (_, row) => bins.length - 1 - row);
        const weights = Float64Array.from(bins, (_, row) => row + 1);
        const count = histogram.collect(bins, { rows, weights }, start, bins.length);
        const wanted = new Map<number, number>();
        for (let i = start; i < bins.length; i += 1) {
          const bin = bins[rows[i] ?? 0] ?? 0;
          wanted.set(bin, (wanted.get(bin) ?? 0) + i + 1);
        }
        const met = [...histogram.bins.subarray(0, count)];
        expect(met).toEqual([...wanted.keys()].toSorted((a, b) => a - b));
        expect([...histogram.sums.subarray(0, count)]).toEqual(met.map((bin) => wanted.get(bin)));
      }),
    );
  });
});
