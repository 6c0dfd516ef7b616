import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RunningMoments } from "../../../features/flow/running-moments.ts";

function momentsOf(samples: readonly number[]): ReturnType<RunningMoments["record"]> {
  const moments = new RunningMoments();
  for (const sample of samples) moments.add(sample);
  return moments.record();
}

describe("RunningMoments", () => {
  it("begins with nothing", () => {
    expect(momentsOf([])).toEqual({ count: 0, mean: 0, m2: 0 });
  });

  it("sees no deviation in one sample", () => {
    expect(momentsOf([123_456_789])).toEqual({ count: 1, mean: 123_456_789, m2: 0 });
  });

  it("sums the squared deviations from the mean", () => {
    expect(momentsOf([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ count: 8, mean: 5, m2: 32 });
  });

  it("keeps its precision where the mean is large against the deviations", () => {
    expect(momentsOf([1e15 + 4, 1e15 + 7, 1e15 + 13, 1e15 + 16])).toMatchObject({ m2: 90 });
  });

  it("agrees with two passes over the samples", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1e10), { minLength: 1, maxLength: 100 }), (samples) => {
        const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
        const squares = samples.reduce((sum, sample) => sum + (sample - mean) ** 2, 0);
        const moments = momentsOf(samples);
        expect(Math.abs(moments.mean - mean)).toBeLessThanOrEqual(1e-9 * mean);
        expect(Math.abs(moments.m2 - squares)).toBeLessThanOrEqual(1e-6 * squares + 1);
      }),
    );
  });
});
