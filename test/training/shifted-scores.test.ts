import { describe, expect, it } from "vitest";
import { logLoss } from "../../training/metrics/calibration.ts";
import { scoreRows } from "../../training/model.ts";
import { shiftedScores } from "../../training/shifted-scores.ts";
import { selectRows } from "../../training/table.ts";
import { trainOnTable } from "../../training/train.ts";
import { mixture } from "./tables.ts";

const whole = mixture({ rows: 6000, distance: 1.5, features: 2 });
const rows = Array.from({ length: 6000 }, (_, row) => row);
const past = selectRows(whole, rows.slice(0, 2000));
/** Later mail, of which four fifths of the ham have gone. */
const later = selectRows(
  whole,
  rows.slice(2000).filter((row) => whole.labels[row] === 1 || row % 5 === 0),
);
const { model } = trainOnTable(past, { learner: "logistic", version: 1, time: 0 });

function lossWith(probabilities: Float64Array): number {
  return logLoss({ labels: later.labels, probabilities }) ?? NaN;
}

describe("shiftedScores", () => {
  it("are the model's own where the share is that of the training", () => {
    const plain = scoreRows(model, later);
    shiftedScores(model, later, { kind: "train" }).forEach((score, row) => {
      expect(score).toBeCloseTo(plain[row] ?? NaN, 9);
    });
  });

  it("fit better where the share has changed and is known, or found out from the scores", () => {
    const share = later.labels.reduce((sum, label) => sum + label, 0) / later.rows;
    const trained = lossWith(shiftedScores(model, later, { kind: "train" }));
    expect(lossWith(shiftedScores(model, later, { kind: "share", share }))).toBeLessThan(
      trained - 0.02,
    );
    expect(lossWith(shiftedScores(model, later, { kind: "auto" }))).toBeLessThan(trained - 0.02);
  });

  it("depend on no later row", () => {
    const all = shiftedScores(model, later, { kind: "auto" });
    const first = selectRows(later, rows.slice(0, 300));
    expect(shiftedScores(model, first, { kind: "auto" })).toEqual(all.subarray(0, 300));
  });

  it("take a feature that the table lacks as missing", () => {
    const narrow = { ...later, names: ["feature_0"], columns: later.columns.slice(0, 1) };
    expect(shiftedScores(model, narrow, { kind: "train" })).toHaveLength(later.rows);
  });
});
