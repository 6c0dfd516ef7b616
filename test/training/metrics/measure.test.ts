import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { measure } from "../../../training/metrics/measure.ts";
import { anyScored, scoredRows } from "./scored-rows.ts";

describe("measure", () => {
  it("gathers the figures, those of decisions at the threshold", () => {
    const scored = scoredRows([1, 0.9], [1, 0.7], [0, 0.75], [0, 0.1]);
    const metrics = measure(scored, 0.8);
    expect(metrics).toMatchObject({
      accuracy: 0.75,
      precision: 1,
      recall: 0.5,
      auc: 0.75,
      recallAt1PercentFpr: 0.5,
    });
    expect(metrics.logLoss).toBeCloseTo(0.4884, 4);
    expect(metrics.brier).toBeCloseTo((0.01 + 0.09 + 0.5625 + 0.01) / 4, 12);
    expect(metrics.calibrationError).toBeCloseTo((0.1 + 0.45 + 0.1) / 4, 12);
  });

  it("has null for what one class alone does not define", () => {
    expect(measure(scoredRows([0, 0.2], [0, 0.3]), 0.5)).toMatchObject({
      accuracy: 1,
      precision: null,
      recall: null,
      auc: null,
      recallAt1PercentFpr: null,
    });
  });

  it("is never NaN", () => {
    fc.assert(
      fc.property(anyScored, fc.double({ min: 0, max: 1, noNaN: true }), (scored, threshold) => {
        for (const figure of Object.values(measure(scored, threshold)))
          expect(figure === null || Number.isFinite(figure)).toBe(true);
      }),
    );
  });
});
