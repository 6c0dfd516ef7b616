import { describe, expect, it } from "vitest";
import { brierScore, calibrationError, logLoss } from "../../../training/metrics/calibration.ts";
import { scoredRows } from "./scored-rows.ts";

describe("logLoss", () => {
  it("is the mean negative logarithm of what the truth was given", () => {
    const scored = scoredRows([1, 0.8], [0, 0.4]);
    expect(logLoss(scored)).toBeCloseTo((-Math.log(0.8) - Math.log(0.6)) / 2, 12);
  });

  it("is 0 for certainty that was right and finite for certainty that was wrong", () => {
    expect(logLoss(scoredRows([1, 1], [0, 0]))).toBeCloseTo(0, 12);
    expect(logLoss(scoredRows([1, 0]))).toBeCloseTo(34.54, 2);
  });

  it("is null without rows", () => {
    expect(logLoss(scoredRows())).toBeNull();
  });
});

describe("brierScore", () => {
  it("is the mean squared difference", () => {
    expect(brierScore(scoredRows([1, 0.5], [0, 1], [0, 0]))).toBeCloseTo((0.25 + 1) / 3, 12);
  });

  it("is null without rows", () => {
    expect(brierScore(scoredRows())).toBeNull();
  });
});

describe("calibrationError", () => {
  it("is 0 where each bin has the share of spam that it claims", () => {
    expect(calibrationError(scoredRows([1, 0.25], [0, 0.25], [0, 0.25], [0, 0.25]))).toBeCloseTo(
      0,
      12,
    );
  });

  it("weighs the difference of each bin by its rows", () => {
    // Bin of 0.8: claims 0.85, holds 1/2, 2 rows. Bin of 0.1: claims 0.1, holds 0, 1 row.
    const scored = scoredRows([1, 0.8], [0, 0.9 - 1e-9], [0, 0.1]);
    expect(calibrationError(scored)).toBeCloseTo((2 * 0.35 + 0.1) / 3, 6);
  });

  it("does not let errors of one bin cancel those of another", () => {
    expect(calibrationError(scoredRows([0, 0.95], [1, 0.05]))).toBeCloseTo(0.95, 12);
  });

  it("puts a probability of exactly 1 into the highest bin", () => {
    expect(calibrationError(scoredRows([1, 1], [0, 0.9]))).toBeCloseTo(0.45, 12);
  });

  it("is null without rows", () => {
    expect(calibrationError(scoredRows())).toBeNull();
  });
});
