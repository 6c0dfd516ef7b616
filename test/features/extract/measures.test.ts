import { describe, expect, it } from "vitest";
import { seconds, smallestWindow, variance } from "../../../features/extract/measures.ts";
import { flowRecord } from "../../support/flow-record.ts";

describe("seconds", () => {
  it("are nanoseconds by 10^9, and absent where those are", () => {
    expect([seconds(1_500_000_000), seconds(0), seconds(null)]).toEqual([1.5, 0, null]);
  });
});

describe("variance", () => {
  it("divides by the number of samples: population, not sample", () => {
    expect(variance({ count: 4, mean: 25e7, m2: 5e16 })).toBeCloseTo(0.0125, 12);
  });

  it("is 0 of one sample and absent of none", () => {
    expect(variance({ count: 1, mean: 7, m2: 0 })).toBe(0);
    expect(variance({ count: 0, mean: 0, m2: 0 })).toBeNull();
  });
});

describe("smallestWindow", () => {
  const side = flowRecord().clientSide;

  it.each([
    ["is scaled", 501, 7, 64_128],
    ["is not scaled by a shift of 0", 501, 0, 501],
    ["may be beyond 32 bits", 65_535, 14, 65_535 * 16_384],
    ["is 0 where the window was closed", 0, 7, 0],
    ["is absent where none was seen", null, 7, null],
    ["is absent where the scale is not known", 501, null, null],
  ])("%s", (_, minWindowUnscaled, windowShift, bytes) => {
    expect(smallestWindow({ ...side, minWindowUnscaled, windowShift })).toBe(bytes);
  });
});
