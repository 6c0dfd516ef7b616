import { describe, expect, it } from "vitest";
import { binRows } from "../../../training/learners/binned-rows.ts";
import {
  baseLogOdds,
  type BoostingSettings,
  growBoosting,
} from "../../../training/learners/grow-boosting.ts";
import { valueOfRow } from "../../../training/learners/grown-tree.ts";
import { mixture, tableFrom } from "../tables.ts";

const SETTINGS: BoostingSettings = {
  rounds: 30,
  learningRate: 0.1,
  rowShare: 1,
  maxLeaves: 8,
  minLeaf: 5,
  l2: 1,
};
const TABLE = mixture({ rows: 400, distance: 2, missing: 0.1 });
const ROWS = binRows(TABLE, undefined);

/** Log-odds of every row after each number of trees. */
function courseOf(settings: Partial<BoostingSettings>): readonly Float64Array[] {
  const { base, trees } = growBoosting(ROWS, { ...SETTINGS, ...settings }, { seed: 1 });
  const logOdds = new Float64Array(ROWS.rows).fill(base);
  return trees.map((tree) => {
    for (let row = 0; row < ROWS.rows; row += 1)
      logOdds[row] = (logOdds[row] ?? 0) + valueOfRow(tree, ROWS.columns, row);
    return logOdds.slice();
  });
}

function lossOf(logOdds: Float64Array | undefined): number {
  return [...(logOdds ?? [])].reduce(
    (sum, score, row) => sum + Math.log1p(Math.exp(ROWS.labels[row] === 1 ? -score : score)),
    0,
  );
}

describe("growBoosting", () => {
  it("lessens the loss of what it learns from with each tree", () => {
    const losses = courseOf({}).map(lossOf);
    losses.slice(1).forEach((loss, i) => {
      expect(loss).toBeLessThan(losses[i] ?? 0);
    });
  });

  it("learns from half of the rows at a time too", () => {
    const losses = courseOf({ rowShare: 0.5 }).map(lossOf);
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) * 0.7);
  });

  it("gives a leaf the Newton step of its rows, as far as it is believed", () => {
    const table = tableFrom({ a: [1, 1, 2, 2] }, [0, 0, 1, 1]);
    const settings = { ...SETTINGS, rounds: 1, learningRate: 0.3, minLeaf: 1 };
    const { base, trees } = growBoosting(binRows(table, undefined), settings, { seed: 1 });
    const rows = binRows(table, undefined);
    expect(base).toBe(0);
    // Two rows with a gradient of ±1/2 and a hessian of 1/4 each, and λ = 1.
    const step = (0.3 * 1) / (0.5 + 1);
    const tree = trees[0];
    expect(tree && valueOfRow(tree, rows.columns, 0)).toBeCloseTo(-step, 6);
    expect(tree && valueOfRow(tree, rows.columns, 3)).toBeCloseTo(step, 6);
  });

  it("has no more leaves than it may, and no smaller ones", () => {
    const { trees } = growBoosting(ROWS, { ...SETTINGS, minLeaf: 40 }, { seed: 1 });
    for (const tree of trees) {
      const leaves = tree.splits.filter((split) => split < 0).length;
      expect(leaves).toBeLessThanOrEqual(8);
    }
  });

  it("ends when it is told that it is enough", () => {
    let asked = 0;
    const enough = () => (asked += 1) === 3;
    expect(growBoosting(ROWS, SETTINGS, { seed: 1, enough }).trees).toHaveLength(3);
  });

  it("tells how far it is, and ends where that throws", () => {
    const told: number[] = [];
    const onProgress = (done: number) => {
      told.push(done);
      if (done >= 0.5) throw new Error("cancelled");
    };
    expect(() => growBoosting(ROWS, SETTINGS, { seed: 1, onProgress })).toThrow("cancelled");
    expect(told).toHaveLength(15);
  });

  it("learns nothing from features that say nothing", () => {
    const constant = tableFrom({ a: [1, 1, 1, 1], b: [NaN, NaN, NaN, NaN] }, [0, 1, 1, 1]);
    const rows = binRows(constant, undefined);
    const { base, trees } = growBoosting(rows, { ...SETTINGS, minLeaf: 1 }, { seed: 1 });
    expect(base).toBeCloseTo(Math.log(3), 6);
    for (const tree of trees) expect(Math.abs(tree.values[0] ?? NaN)).toBeLessThan(1e-6);
  });
});

describe("baseLogOdds", () => {
  it("is that of the classes, by weight", () => {
    expect(baseLogOdds(ROWS)).toBeCloseTo(
      Math.log(TABLE.labels.filter(Boolean).length / TABLE.labels.filter((label) => !label).length),
      10,
    );
    const weights = Float64Array.from(TABLE.labels, (label) => (label === 1 ? 3 : 1));
    expect(baseLogOdds({ ...ROWS, weights })).toBeCloseTo(baseLogOdds(ROWS) + Math.log(3), 10);
  });
});
