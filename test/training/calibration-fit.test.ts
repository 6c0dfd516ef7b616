import { describe, expect, it } from "vitest";
import { type Calibration, calibrated } from "../../training/calibration.ts";
import {
  chooseCalibration,
  fitCalibration,
  type ScoredBlocks,
} from "../../training/calibration-fit.ts";
import { uniformNumbers } from "../../training/learners/draw-rows.ts";
import { probabilityOf } from "../../training/log-odds.ts";

/** Rows whose labels are drawn from what `truth` makes of their scores; four blocks. */
function scoredRows(rows: number, truth: Calibration): ScoredBlocks {
  const uniform = uniformNumbers(3);
  const logOdds = Float64Array.from({ length: rows }, () => 8 * uniform() - 4);
  return {
    logOdds,
    labels: Uint8Array.from(logOdds, (score) =>
      uniform() < probabilityOf(calibrated(truth, score)) ? 1 : 0,
    ),
    weights: undefined,
    blocks: Uint8Array.from(logOdds, (_, row) => Math.floor((row * 4) / rows)),
  };
}

const TOO_SURE: Calibration = { kind: "platt", slope: 0.5, offset: 0.4 };
const BENT: Calibration = { kind: "beta", spam: 2.5, ham: 0.2, offset: 0.5 };

describe("fitCalibration", () => {
  it("finds the line that the labels were drawn from", () => {
    const fitted = fitCalibration(scoredRows(5000, TOO_SURE), "platt");
    for (const score of [-3, 0, 3])
      expect(Math.abs(calibrated(fitted, score) - calibrated(TOO_SURE, score))).toBeLessThan(0.15);
  });

  it("finds the bend that the labels were drawn from", () => {
    const fitted = fitCalibration(scoredRows(20_000, BENT), "beta");
    for (const score of [-1, 0, 3])
      expect(Math.abs(calibrated(fitted, score) - calibrated(BENT, score))).toBeLessThan(0.2);
  });

  it("leaves the scores alone where there are no rows", () => {
    expect(fitCalibration(scoredRows(0, TOO_SURE), "platt")).toEqual({
      kind: "platt",
      slope: 1,
      offset: 0,
    });
  });

  it("takes a score that ranks the wrong way for no score at all", () => {
    const rows = scoredRows(2000, { kind: "platt", slope: 2, offset: 0 });
    const upsideDown = { ...rows, logOdds: rows.logOdds.map((score) => -score) };
    expect(fitCalibration(upsideDown, "platt")).toMatchObject({ slope: 0 });
  });

  it("counts a row as often as its weight says", () => {
    const rows = scoredRows(300, TOO_SURE);
    const weights = Float64Array.from(rows.labels, (_, row) => 1 + (row % 3));
    const times = [...rows.labels.keys()].flatMap((row) => Array<number>(1 + (row % 3)).fill(row));
    const repeated = {
      logOdds: Float64Array.from(times, (row) => rows.logOdds[row] ?? 0),
      labels: Uint8Array.from(times, (row) => rows.labels[row] ?? 0),
      weights: undefined,
      blocks: new Uint8Array(times.length),
    };
    const [weighted, plain] = [
      fitCalibration({ ...rows, weights }, "beta"),
      fitCalibration(repeated, "beta"),
    ];
    for (const score of [-3, 0, 3])
      expect(calibrated(weighted, score)).toBeCloseTo(calibrated(plain, score), 6);
  });
});

describe("chooseCalibration", () => {
  it("takes the bent one where the truth is bent", () => {
    expect(chooseCalibration(scoredRows(5000, BENT)).kind).toBe("beta");
  });

  it("takes something close to the truth where it is straight", () => {
    const chosen = chooseCalibration(scoredRows(5000, TOO_SURE));
    for (const score of [-3, 0, 3])
      expect(Math.abs(calibrated(chosen, score) - calibrated(TOO_SURE, score))).toBeLessThan(0.25);
  });
});
