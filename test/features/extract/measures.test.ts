import { describe, expect, it } from "vitest";
import {
  deviation,
  duration,
  hops,
  largestWindow,
  pieceVariance,
  ratio,
  roundTrip,
  seconds,
  smallestWindow,
  variance,
  yesOrNo,
} from "../../../features/extract/measures.ts";
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

describe("largestWindow", () => {
  const side = flowRecord().clientSide;

  it("is scaled, and absent where it or the scale is not known, or an old record lacks it", () => {
    const windows = [
      largestWindow({ ...side, maxWindowUnscaled: 501, windowShift: 7 }),
      largestWindow({ ...side, maxWindowUnscaled: null }),
      largestWindow({ ...side, maxWindowUnscaled: 501, windowShift: null }),
      largestWindow(side),
    ];
    expect(windows).toEqual([64_128, null, null, null]);
  });
});

describe("ratio", () => {
  it.each([
    [6, 4, 1.5],
    [0, 4, 0],
    [6, 0, null],
    [null, 4, null],
    [6, null, null],
  ])("of %o and %o is %o", (part, whole, expected) => {
    expect(ratio(part, whole)).toBe(expected);
  });
});

describe("deviation", () => {
  it("is the square root of the variance, in seconds", () => {
    expect(deviation({ count: 4, mean: 25e7, m2: 4e16 })).toBeCloseTo(0.1, 12);
    expect(deviation({ count: 0, mean: 0, m2: 0 })).toBeNull();
  });
});

describe("yesOrNo", () => {
  it("is 1, 0, or absent", () => {
    expect([yesOrNo(true), yesOrNo(false), yesOrNo(null)]).toEqual([1, 0, null]);
  });
});

describe("roundTrip", () => {
  it("is the handshake's, else the mean of the samples, else absent", () => {
    expect(roundTrip(flowRecord({ handshakeRttNanoseconds: 2e7 }))).toBe(0.02);
    expect(roundTrip(flowRecord({ handshakeRttNanoseconds: null }))).toBe(0.03);
    const none = { count: 0, mean: 0, m2: 0 };
    expect(roundTrip(flowRecord({ handshakeRttNanoseconds: null, rtt: none }))).toBeNull();
  });
});

describe("duration", () => {
  it("is never negative, though a clock ran backwards", () => {
    expect(duration(flowRecord({ started: 10, ended: 12.5 }))).toBe(2.5);
    expect(duration(flowRecord({ started: 10, ended: 9 }))).toBe(0);
  });
});

describe("hops", () => {
  it.each([
    [64, 0],
    [52, 12],
    [32, 0],
    [33, 31],
    [113, 15],
    [255, 0],
    [129, 126],
    [null, null],
  ])("from a TTL of %o are %o", (hopLimit, expected) => {
    expect(hops(hopLimit)).toBe(expected);
  });
});

describe("pieceVariance", () => {
  it("is that of the lengths of the pieces", () => {
    const lengths = [1448, 1448, 1448, 100];
    const squares = lengths.reduce((sum, length) => sum + length * length, 0);
    const bytes = lengths.reduce((sum, length) => sum + length, 0);
    const mean = bytes / 4;
    const expected = lengths.reduce((sum, length) => sum + (length - mean) ** 2, 0) / 4;
    expect(pieceVariance({ count: 4, full: 3, squares }, bytes)).toBeCloseTo(expected, 6);
    expect(pieceVariance({ count: 0, full: 0, squares: 0 }, 0)).toBeNull();
    expect(pieceVariance({ count: 3, full: 3, squares: 3 * 1448 ** 2 }, 3 * 1448)).toBe(0);
  });
});
