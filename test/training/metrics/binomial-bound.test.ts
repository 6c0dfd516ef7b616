import { describe, expect, it } from "vitest";
import { mostEvents, trialsNeeded, upperBound } from "../../../training/metrics/binomial-bound.ts";

describe("upperBound", () => {
  // From binomial terms by log-gamma, summed and bisected independently.
  it.each([
    [0, 10, 0.2588656],
    [1, 10, 0.3941633],
    [0, 3000, 0.0009980819],
    [3, 1000, 0.0077345],
    [50, 100, 0.586378],
    [10, 10, 1],
  ])("of %i in %i is %f", (events, trials, expected) => {
    expect(upperBound(events, trials)).toBeCloseTo(expected, 4);
  });

  it("is 1 without a single trial", () => {
    expect(upperBound(0, 0)).toBe(1);
  });

  it("does not underflow with many trials", () => {
    expect(upperBound(1000, 1_000_000)).toBeCloseTo(0.001054, 5);
  });
});

describe("trialsNeeded", () => {
  it.each([
    [0.001, 2995],
    [0.01, 299],
    [1, 1],
  ])("for a rate of %f is %i, and not one less", (rate, trials) => {
    expect(trialsNeeded(rate)).toBe(trials);
    expect(upperBound(0, trials)).toBeLessThanOrEqual(rate + 1e-12);
    if (trials > 1) expect(upperBound(0, trials - 1)).toBeGreaterThan(rate);
  });
});

describe("mostEvents", () => {
  it.each([
    [2994, 0.001, -1],
    [2995, 0.001, 0],
    [10_000, 0.001, 4],
    [300, 0.05, 8],
  ])("of %i trials at a rate of %f is %i", (trials, rate, events) => {
    expect(mostEvents(trials, rate)).toBe(events);
    expect(upperBound(events + 1, trials)).toBeGreaterThan(rate);
  });
});
