import { describe, expect, it } from "vitest";
import { uniformNumbers } from "../../../training/learners/draw-rows.ts";
import {
  BootstrapWeights,
  bootstrapIntervals,
  quantile,
} from "../../../training/metrics/bootstrap.ts";

const OPTIONS = { groups: undefined, threshold: 0.5, seed: 3 };

/** Rows decided right with a probability of `right`. */
function coins(rows: number, right: number, seed: number) {
  const uniform = uniformNumbers(seed);
  const labels = Uint8Array.from({ length: rows }, () => (uniform() < 0.5 ? 1 : 0));
  const probabilities = Float64Array.from(labels, (label) =>
    uniform() < right === (label === 1) ? 0.9 : 0.1,
  );
  return { labels, probabilities };
}

describe("BootstrapWeights", () => {
  it("draws as many groups as there are, and all rows of a group alike", () => {
    const groups = Uint32Array.of(7, 7, 900, 7, 3);
    const weights = new BootstrapWeights(5, groups, 1);
    for (let i = 0; i < 20; i += 1) {
      const [a = 0, b, c = 0, d, e = 0] = weights.next();
      expect([b, d]).toEqual([a, a]);
      expect(a + c + e).toBe(3);
    }
  });

  it("gives the same samples for the same seed, and others for another", () => {
    const sample = (seed: number) => new BootstrapWeights(50, undefined, seed).next();
    expect(sample(1)).toEqual(sample(1));
    expect(sample(1)).not.toEqual(sample(2));
  });
});

describe("bootstrapIntervals", () => {
  it("holds the true accuracy in about 95 of 100 samples", () => {
    const held = Array.from({ length: 100 }, (_, i) => {
      const interval = bootstrapIntervals(coins(200, 0.8, i + 1), {
        ...OPTIONS,
        replicates: 200,
      }).accuracy;
      return interval !== null && interval.low <= 0.8 && 0.8 <= interval.high;
    }).filter(Boolean).length;
    expect(held).toBeGreaterThanOrEqual(88);
    expect(held).toBeLessThanOrEqual(100);
  });

  it("is as wide as the number of senders, not of mails, allows", () => {
    const few = coins(20, 0.8, 5);
    // Ten mails of each sender, all alike.
    const repeat = <T extends Uint8Array | Float64Array>(values: T, into: T) =>
      into.map((_, i) => values[Math.floor(i / 10)] ?? 0);
    const labels = repeat(few.labels, new Uint8Array(200));
    const probabilities = repeat(few.probabilities, new Float64Array(200)) as Float64Array;
    const scored = { labels: labels as Uint8Array, probabilities };
    const groups = Uint32Array.from({ length: 200 }, (_, i) => Math.floor(i / 10));
    const width = (interval: { low: number; high: number } | null) =>
      (interval?.high ?? 0) - (interval?.low ?? 0);
    const blind = width(bootstrapIntervals(scored, OPTIONS).accuracy);
    const aware = width(bootstrapIntervals(scored, { ...OPTIONS, groups }).accuracy);
    expect(aware).toBeGreaterThan(2 * blind);
  });

  it("has no interval for a figure that one class alone does not define", () => {
    const scored = { labels: Uint8Array.of(1, 1), probabilities: Float64Array.of(0.9, 0.2) };
    expect(bootstrapIntervals(scored, OPTIONS)).toMatchObject({
      auc: null,
      recallAt1PercentFpr: null,
    });
  });
});

describe("quantile", () => {
  it("is the value below which that share lies", () => {
    const values = Array.from({ length: 1000 }, (_, i) => 999 - i);
    expect(quantile(values, 0.025)).toBe(25);
    expect(quantile(values, 1)).toBe(999);
  });

  it("is null where most values are none", () => {
    expect(quantile([NaN, NaN, 1], 0.5)).toBeNull();
    expect(quantile([], 0.5)).toBeNull();
  });
});
