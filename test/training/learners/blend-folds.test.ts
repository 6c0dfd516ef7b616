import { describe, expect, it } from "vitest";
import { binRows } from "../../../training/learners/binned-rows.ts";
import { heldOutBlocks, outOfFoldScores } from "../../../training/learners/blend-folds.ts";
import { tableFrom } from "../tables.ts";

const labelsOf = (rows: number, isSpam: (row: number) => boolean) =>
  Uint8Array.from({ length: rows }, (_, row) => (isSpam(row) ? 1 : 0));

describe("heldOutBlocks", () => {
  it("are all five where rows are few", () => {
    expect(heldOutBlocks(labelsOf(11, (row) => row % 2 === 0)).toReversed()).toEqual([
      { from: 0, to: 2 },
      { from: 2, to: 4 },
      { from: 4, to: 6 },
      { from: 6, to: 8 },
      { from: 8, to: 11 },
    ]);
  });

  it("are the newest where rows are many, as many as bring three hundred of each class", () => {
    expect(heldOutBlocks(labelsOf(10_000, (row) => row % 2 === 0))).toEqual([
      { from: 8000, to: 10_000 },
    ]);
    // A tenth is spam: two hundred of it in a block.
    expect(heldOutBlocks(labelsOf(10_000, (row) => row % 10 === 0))).toHaveLength(2);
  });
});

describe("outOfFoldScores", () => {
  const labels = Array.from({ length: 50 }, (_, row) => row % 2);
  const rows = binRows(tableFrom({ row: [...labels.keys()] }, labels), undefined, 255);

  it("judges each block by what was learnt from the others alone", () => {
    const learnt: number[] = [];
    const scored = outOfFoldScores(rows, (past) => {
      learnt.push(past.rows);
      const known = new Set(past.columns[0]);
      return {
        logOdds: ([bin = 0]) => (known.has(bin) ? 1 : 0),
        explain: () => ({ base: 0, contributions: [] }),
      };
    });
    expect(learnt).toEqual([40, 40, 40, 40, 40]);
    // Every row has a bin of its own here, which no judge of its block may know.
    expect([...scored.logOdds]).toEqual(new Array(50).fill(0));
    expect(scored.labels.reduce((sum, label) => sum + label, 0)).toBe(25);
    expect(new Set(scored.blocks).size).toBe(5);
  });

  it("leaves out a block whose others are of one class", () => {
    const spamAtTheEnd = { ...rows, labels: labelsOf(50, (row) => row >= 40) };
    const scored = outOfFoldScores(spamAtTheEnd, () => ({
      logOdds: () => 0,
      explain: () => ({ base: 0, contributions: [] }),
    }));
    expect(scored.labels).toHaveLength(40);
    expect(scored.labels.every((label) => label === 0)).toBe(true);
  });
});
