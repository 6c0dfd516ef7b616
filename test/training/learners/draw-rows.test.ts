import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawByWeight, drawRows, uniformNumbers } from "../../../training/learners/draw-rows.ts";
import { selectRows, spamCount } from "../../../training/table.ts";
import { tableFrom } from "../tables.ts";

const labelArrays = fc
  .array(fc.constantFrom(0, 1), { minLength: 1, maxLength: 200 })
  .map((labels) => Uint8Array.from(labels));

describe("uniformNumbers", () => {
  it("gives the same numbers for the same seed, and others for another", () => {
    const take = (seed: number) => Array.from({ length: 5 }, uniformNumbers(seed));
    expect(take(3)).toEqual(take(3));
    expect(take(3)).not.toEqual(take(4));
  });

  it.each([0, 1, -1, 2 ** 31, 0.5])("spreads over 0 to 1 with the seed %d", (seed) => {
    const uniform = uniformNumbers(seed);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i += 1) {
      const number = uniform();
      expect(number > 0 && number < 1).toBe(true);
      const bin = Math.floor(number * 10);
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});

describe("drawRows", () => {
  it("takes all rows where they are few enough", () => {
    expect(drawRows(Uint8Array.of(1, 0, 1), 3, 1)).toEqual(Uint32Array.of(0, 1, 2));
  });

  it("takes as many as are allowed, each once, in rising order", () => {
    fc.assert(
      fc.property(
        labelArrays,
        fc.integer({ min: 2, max: 200 }),
        fc.integer(),
        (labels, limit, seed) => {
          const drawn = [...drawRows(labels, limit, seed)];
          expect(drawn.length).toBeLessThanOrEqual(Math.min(limit, labels.length));
          expect(drawn).toEqual([...new Set(drawn)].toSorted((a, b) => a - b));
          expect(drawn.every((row) => row < labels.length)).toBe(true);
        },
      ),
    );
  });

  it("keeps the share of the classes, and one row of a rare class", () => {
    const labels = Uint8Array.from({ length: 10_000 }, (_, row) => (row % 4 === 0 ? 1 : 0));
    const drawn = drawRows(labels, 1000, 7);
    expect(drawn).toHaveLength(1000);
    const { labels: drawnLabels } = selectRows(tableFrom({}, [...labels]), drawn);
    expect(spamCount(drawnLabels)).toBe(250);

    const rare = Uint8Array.from({ length: 10_000 }, (_, row) => (row === 5000 ? 1 : 0));
    expect([...drawRows(rare, 100, 7)]).toContain(5000);
  });

  it("depends on the seed", () => {
    const labels = Uint8Array.from({ length: 1000 }, (_, row) => row % 2);
    expect(drawRows(labels, 100, 1)).toEqual(drawRows(labels, 100, 1));
    expect(drawRows(labels, 100, 1)).not.toEqual(drawRows(labels, 100, 2));
  });
});

describe("drawByWeight", () => {
  it("takes each row as often as its share of the weight, to within one", () => {
    const weight = fc.double({ min: 0.01, max: 10, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(weight, { minLength: 1, maxLength: 50 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer(),
        (weights, count, seed) => {
          const drawn = [...drawByWeight(Float64Array.from(weights), count, seed)];
          const total = weights.reduce((sum, one) => sum + one, 0);
          expect(drawn).toHaveLength(count);
          weights.forEach((one, row) => {
            const times = drawn.filter((number) => number === row).length;
            expect(Math.abs(times - (one * count) / total)).toBeLessThan(1 + 1e-6);
          });
        },
      ),
    );
  });
});
