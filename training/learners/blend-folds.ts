import { spamCount } from "../table.ts";
import type { ScoredBlocks } from "../calibration-fit.ts";
import { type BinnedRows, selectBinnedRows } from "./binned-rows.ts";
import type { BinJudge } from "./bin-judge.ts";

/** Blocks of time, each judged by what was learnt from the others. */
const BLOCKS = 5;

/** A calibration has three numbers at most: with this many rows to fit them, older blocks are left out. */
const ENOUGH_ROWS = 3_000;

/** The newest blocks that together have enough rows, as ranges; rows stand in the order of time. */
export function heldOutBlocks(
  rows: number,
): readonly { readonly from: number; readonly to: number }[] {
  const ranges = Array.from({ length: BLOCKS }, (_, block) => ({
    from: Math.floor((block * rows) / BLOCKS),
    to: Math.floor(((block + 1) * rows) / BLOCKS),
  }));
  const wanted = Math.ceil((ENOUGH_ROWS * BLOCKS) / Math.max(rows, 1));
  return ranges.slice(-Math.min(Math.max(wanted, 1), BLOCKS));
}

/**
 * Scores of the held-out blocks by judges that have not learnt from them. Whole blocks of time are held out, because
 * neighbouring mails share their senders: a row whose neighbours were learnt from has a score that is too sure. A
 * block whose others are of one class is left out.
 */
export function outOfFoldScores(
  rows: BinnedRows,
  learn: (rows: BinnedRows) => BinJudge,
): ScoredBlocks {
  const parts = heldOutBlocks(rows.rows).map(({ from, to }, block) => {
    const all = Array.from({ length: rows.rows }, (_, row) => row);
    const past = selectBinnedRows(rows, [...all.slice(0, from), ...all.slice(to)]);
    const spam = spamCount(past.labels);
    if (spam === 0 || spam === past.rows) return { block, rows: [], scores: [] };
    const judge = learn(past);
    const held = all.slice(from, to);
    return { block, rows: held, scores: held.map((row) => judge.logOdds(binsOfRow(rows, row))) };
  });
  const held = parts.flatMap((part) => part.rows);
  const { weights } = rows;
  return {
    logOdds: Float64Array.from(parts.flatMap(({ scores }) => scores)),
    labels: Uint8Array.from(held, (row) => rows.labels[row] ?? 0),
    weights: weights && Float64Array.from(held, (row) => weights[row] ?? 1),
    blocks: Uint8Array.from(parts.flatMap((part) => part.rows.map(() => part.block))),
  };
}

function binsOfRow({ columns }: BinnedRows, row: number): Uint8Array {
  return Uint8Array.from(columns, (column) => column[row] ?? 0);
}
