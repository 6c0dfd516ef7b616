import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Calibration, CALIBRATION, calibrated, softplus } from "../../training/calibration.ts";
import { logOddsOf, probabilityOf } from "../../training/log-odds.ts";

const PLATT: Calibration = { kind: "platt", slope: 2, offset: -1 };
const BETA: Calibration = { kind: "beta", spam: 2, ham: 0.5, offset: 0.3 };

describe("calibrated", () => {
  it("is a line in log-odds for Platt's", () => {
    expect(calibrated(PLATT, 3)).toBe(5);
  });

  it("is beta's formula in the probability", () => {
    for (const p of [0.1, 0.5, 0.99])
      expect(calibrated(BETA, logOddsOf(p, 0))).toBeCloseTo(
        2 * Math.log(p) - 0.5 * Math.log(1 - p) + 0.3,
        10,
      );
  });

  it("is Platt's where both sides of beta are alike", () => {
    const alike: Calibration = { kind: "beta", spam: 2, ham: 2, offset: -1 };
    for (const x of [-4, 0, 0.7, 9]) expect(calibrated(alike, x)).toBeCloseTo(2 * x - 1, 10);
  });

  it.each([PLATT, BETA])("never falls, and stays finite: $kind", (calibration) => {
    const logOdds = fc.double({ min: -700, max: 700, noNaN: true });
    fc.assert(
      fc.property(logOdds, logOdds, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(calibrated(calibration, high)).toBeGreaterThanOrEqual(calibrated(calibration, low));
        expect(Number.isFinite(calibrated(calibration, a))).toBe(true);
      }),
    );
  });
});

describe("softplus", () => {
  it("is −ln(1 − p) of the probability of its log-odds, without overflow", () => {
    expect(softplus(0.4)).toBeCloseTo(-Math.log(1 - probabilityOf(0.4)), 12);
    expect(softplus(1000)).toBe(1000);
    expect(softplus(-1000)).toBe(0);
  });
});

describe("the calibration of a model file", () => {
  it.each([PLATT, BETA])("is read as it was written: $kind", (calibration) => {
    expect(CALIBRATION.parse(JSON.parse(JSON.stringify(calibration)))).toEqual(calibration);
  });

  it.each([
    { kind: "isotonic" },
    { kind: "platt", slope: -1, offset: 0 },
    { kind: "platt", slope: 1 },
    { kind: "beta", spam: 1, ham: 1e9, offset: 0 },
  ])("is refused as %j", (calibration) => {
    expect(CALIBRATION.safeParse(calibration).success).toBe(false);
  });
});
