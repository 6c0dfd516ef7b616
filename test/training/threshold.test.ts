import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { uniformNumbers } from "../../training/learners/draw-rows.ts";
import { chooseThreshold, whyNoThreshold } from "../../training/threshold.ts";

/** Ham with the given scores. */
function ham(scores: ArrayLike<number>) {
  return { labels: new Uint8Array(scores.length), probabilities: Float64Array.from(scores) };
}

/** `count` scores spread evenly below 0.5. */
function spread(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i / (2 * count));
}

describe("chooseThreshold", () => {
  it("lies just above the highest ham where none may be above", () => {
    const choice = chooseThreshold(ham([...spread(2994), 0.7]), 0.001);
    expect(choice).toMatchObject({ threshold: 0.701, ham: 2995, falsePositives: 0, missingHam: 0 });
    expect(choice.upperBound).toBeLessThanOrEqual(0.001);
  });

  it("lies above as many ham as the bound allows, and no lower", () => {
    const scores = [...spread(9990), 0.6, 0.62, 0.64, 0.66, 0.68, 0.7, 0.72, 0.74, 0.76, 0.78];
    // Of 10,000 ham four may be false positives.
    expect(chooseThreshold(ham(scores), 0.001)).toMatchObject({
      threshold: 0.701,
      falsePositives: 4,
    });
  });

  it("counts a score as the header has it, with three decimals", () => {
    const choice = chooseThreshold(ham([...spread(298), 0.7004, 0.7004]), 0.01);
    expect(choice).toMatchObject({ threshold: 0.701, falsePositives: 0 });
  });

  it("does not look at the spam", () => {
    const scores = [...spread(300), ...Array<number>(50).fill(0.99)];
    const labels = Uint8Array.from(scores, (_, i) => (i < 300 ? 0 : 1));
    const choice = chooseThreshold({ labels, probabilities: Float64Array.from(scores) }, 0.01);
    expect(choice).toMatchObject({ ham: 300, threshold: 0.499 });
  });

  it("keeps the wanted rate on later ham in at least 95 of 100 cases", () => {
    const kept = Array.from({ length: 200 }, (_, i) => {
      const uniform = uniformNumbers(i + 1);
      const { threshold } = chooseThreshold(ham(Array.from({ length: 500 }, uniform)), 0.05);
      return 1 - (threshold ?? 0) <= 0.05 + 0.0005;
    }).filter(Boolean).length;
    expect(kept).toBeGreaterThanOrEqual(184);
  });

  it("says how many ham are missing where there are too few", () => {
    const choice = chooseThreshold(ham(spread(120)), 0.001);
    expect(choice).toMatchObject({ threshold: null, ham: 120, missingHam: 2875 });
    expect(whyNoThreshold(choice)).toBe(
      "a false-positive rate of 0.001 takes 2995 ham; there were 120, so 2875 are missing",
    );
  });

  it("has none where the ham with the highest score are too many", () => {
    const choice = chooseThreshold(ham([...spread(298), 1, 1]), 0.01);
    expect(choice).toMatchObject({ threshold: null, missingHam: 0 });
    expect(whyNoThreshold(choice)).toMatch(/too many of the 300 ham have the highest score/);
  });

  it("never promises more than it found", () => {
    const scores = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 200 });
    fc.assert(
      fc.property(scores, fc.double({ min: 0.001, max: 0.5, noNaN: true }), (some, maxFpr) => {
        const { threshold, upperBound } = chooseThreshold(ham(some), maxFpr);
        expect(threshold === null || upperBound <= maxFpr).toBe(true);
      }),
    );
  });
});

describe("whyNoThreshold", () => {
  it("knows of models that were trained without a wanted rate", () => {
    expect(whyNoThreshold(null)).toContain("--max-fpr");
  });
});
