import { spamCount } from "../table.ts";
import { type BinnedRows, selectBinnedRows } from "./binned-rows.ts";
import { type BoostingSettings, growBoosting, baseLogOdds } from "./grow-boosting.ts";
import { type GrownTree, valueOfRow } from "./grown-tree.ts";

/** Share of the rows, the newest, that tell when to stop. */
const TAIL_SHARE = 0.15;

/** With fewer rows of a class in the tail its loss is mostly chance: then all rounds are taken. */
const FEWEST_OF_A_CLASS = 30;

/** Rounds without a better loss of the tail after which no better one is expected. */
const PATIENCE = 20;

/**
 * How many rounds are worth it: those after which trees grown on the earlier rows judged the later ones best. The
 * tail is of time and not drawn, because what has to be judged are the mails of tomorrow.
 *
 * @param rows in the order of time
 */
export function roundsByTail(rows: BinnedRows, settings: BoostingSettings, seed: number): number {
  const cut = rows.rows - Math.floor(rows.rows * TAIL_SHARE);
  const [head, tail] = [rangeOf(rows, 0, cut), rangeOf(rows, cut, rows.rows)];
  if (Math.min(fewerOf(head), fewerOf(tail)) < FEWEST_OF_A_CLASS) return settings.rounds;
  const loss = new TailLoss(tail, baseLogOdds(head));
  growBoosting(head, settings, {
    seed,
    enough: (tree) => {
      loss.add(tree);
      return loss.rounds - loss.bestRounds >= PATIENCE;
    },
  });
  return loss.bestRounds;
}

function rangeOf(rows: BinnedRows, from: number, to: number): BinnedRows {
  return selectBinnedRows(
    rows,
    Uint32Array.from({ length: to - from }, (_, i) => from + i),
  );
}

function fewerOf({ labels }: BinnedRows): number {
  const spam = spamCount(labels);
  return Math.min(spam, labels.length - spam);
}

/** Loss of rows that the trees are not grown on, tree after tree. */
class TailLoss {
  rounds = 0;
  /** Rounds with the least loss so far, at least one. */
  bestRounds = 1;
  #least = Infinity;
  readonly #tail: BinnedRows;
  readonly #logOdds: Float64Array;

  constructor(tail: BinnedRows, base: number) {
    this.#tail = tail;
    this.#logOdds = new Float64Array(tail.rows).fill(base);
  }

  add(tree: GrownTree): void {
    const { labels, weights, columns } = this.#tail;
    let loss = 0;
    for (let row = 0; row < labels.length; row += 1) {
      const logOdds = (this.#logOdds[row] ?? 0) + valueOfRow(tree, columns, row);
      this.#logOdds[row] = logOdds;
      loss += (weights?.[row] ?? 1) * lossOf(labels[row] === 1 ? logOdds : -logOdds);
    }
    this.rounds += 1;
    if (loss >= this.#least) return;
    this.#least = loss;
    this.bestRounds = this.rounds;
  }
}

/** −ln of the probability that was given to what is true, whose log-odds are given. */
function lossOf(logOdds: number): number {
  return Math.log1p(Math.exp(-logOdds));
}
