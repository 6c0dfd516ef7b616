import { probabilitiesOf } from "./hold-out.ts";
import type { FitOptions, Learner } from "./learners/learner.ts";
import type { Scored } from "./metrics/scored.ts";
import { selectRows, spamCount, type Table } from "./table.ts";

/** Blocks of time; of five each model learns from four fifths, nearly as much as the final one. */
const BLOCKS = 5;

/**
 * A score of every row by a model that learnt neither from its block of time nor, where senders are known, from any
 * mail of a sender of that block: neighbours in time and mails of one sender are too much alike to judge each other.
 * Rows of a block for which too little is left to learn from are left out.
 *
 * @param table in the order of time
 */
export function outOfFoldScores(table: Table, learner: Learner, options: FitOptions): Scored {
  const judged: number[] = [];
  const probabilities: number[] = [];
  for (let block = 0; block < BLOCKS; block += 1) {
    const { inside, outside } = splitAt(table, block);
    const learnt = selectRows(table, outside);
    if (!hasBothClasses(learnt)) continue;
    const predictor = learner.fit(learnt, options);
    for (const probability of probabilitiesOf(predictor, selectRows(table, inside)))
      probabilities.push(probability);
    for (const row of inside) judged.push(row);
  }
  return {
    labels: Uint8Array.from(judged, (row) => table.labels[row] ?? 0),
    probabilities: Float64Array.from(probabilities),
  };
}

function splitAt(table: Table, block: number) {
  const start = Math.floor((table.rows * block) / BLOCKS);
  const end = Math.floor((table.rows * (block + 1)) / BLOCKS);
  const senders = new Set(table.groups?.subarray(start, end));
  const rows = Array.from({ length: table.rows }, (_, row) => row);
  return {
    inside: rows.slice(start, end),
    outside: rows.filter(
      (row) => (row < start || row >= end) && !senders.has(table.groups?.[row] ?? -1),
    ),
  };
}

function hasBothClasses({ labels, rows }: Table): boolean {
  const spam = spamCount(labels);
  return spam > 0 && spam < rows;
}
