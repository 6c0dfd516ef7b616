import { probabilityOf } from "./log-odds.ts";
import type { Model } from "./model.ts";
import { PriorEstimator, shiftBetween } from "./prior-shift.ts";
import { rowValues, type Columns } from "./table.ts";

/** Which share of spam the scores of a table's rows stand for. */
export type Prior =
  /** That of the training. */
  | { readonly kind: "train" }
  /** A known one. */
  | { readonly kind: "share"; readonly share: number }
  /** What the scores of the rows before a row say, as in the daemon. */
  | { readonly kind: "auto" };

/** Probability of spam of each row of a table, in the order of the rows, which is taken as that of time. */
export function shiftedScores(model: Model, table: Columns, prior: Prior): Float64Array {
  const trained = model.summary.spam / Math.max(model.summary.examples, 1);
  const estimator = new PriorEstimator(trained);
  const shiftOf: Readonly<Record<Prior["kind"], () => number>> = {
    train: () => 0,
    share: () => (prior.kind === "share" ? shiftBetween(trained, prior.share) : 0),
    auto: () => estimator.shift,
  };
  const shift = shiftOf[prior.kind];
  const rows = inOrderOf(model.features, table);
  return Float64Array.from({ length: table.rows }, (_, row) => {
    const logOdds = model.predictor.logOdds(rowValues(rows, row));
    const probability = probabilityOf(logOdds + shift());
    estimator.observe(logOdds);
    return probability;
  });
}

/** The columns that the model asks for, in its order; one that the table lacks is missing in every row. */
function inOrderOf(names: readonly string[], table: Columns): Columns {
  const missing = new Float64Array(table.rows).fill(Number.NaN);
  const columns = names.map((name) => table.columns[table.names.indexOf(name)] ?? missing);
  return { names, columns, rows: table.rows };
}
