import { spamCount } from "../table.ts";
import type { ScoredBlocks } from "../calibration-fit.ts";
import { type BinnedRows, selectBinnedRows } from "./binned-rows.ts";
import type { BinJudge } from "./bin-judge.ts";

/** Blocks of time, each judged by what was learnt from the others. */
const BLOCKS = 5;

/** A calibration has three numbers at most: with this many rows of each class older blocks are left out. */
const ENOUGH_OF_A_CLASS = 300;

interface Block {
  readonly from: number;
  readonly to: number;
}

/** The newest blocks that together have enough rows of each class; rows stand in the order of time. */
export function heldOutBlocks(labels: Uint8Array): readonly Block[] {
  const rows = labels.length;
  const taken: Block[] = [];
  let [spam, held] = [0, 0];
  for (let block = BLOCKS - 1; block >= 0; block -= 1) {
    if (Math.min(spam, held - spam) >= ENOUGH_OF_A_CLASS) break;
    const from = Math.floor((block * rows) / BLOCKS);
    const to = Math.floor(((block + 1) * rows) / BLOCKS);
    spam += spamCount(labels.subarray(from, to));
    held += to - from;
    taken.push({ from, to });
  }
  return taken;
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
  const parts = heldOutBlocks(rows.labels).map(({ from, to }, block) => {
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
