import { selectRows, type Table } from "../table.ts";
import { type BinTerms, predictorOnTerms, restoreTerms } from "./bin-terms.ts";
import { MISSING_BIN } from "./binning.ts";
import { binRows, type BinnedRows, weighableBinsFor } from "./binned-rows.ts";
import { drawForDescent } from "./draw-rows.ts";
import { fitWeights } from "./fit-weights.ts";
import { type FitOptions, type Learner, type Predictor, requireBothClasses } from "./learner.ts";

/** More features have fewer bins. The descent takes time with the square of the columns, and some preparation with their cube. */
const MAX_COLUMNS = 400;

/** Rows times columns that the descent takes in a second or two. */
const MAX_CELLS = 1_000_000;

/**
 * Height of a bin's column where a row is in the bin. The penalty is on the weight of a column of height one, so that
 * at a half it pulls each bin four times as strongly towards zero: a bin has a twentieth of the rows to learn from.
 */
const HEIGHT = 0.5;

/**
 * Logistic regression on quantile bins: each bin has a weight, so that a feature may speak for spam in the middle of
 * its range; a missing value has a bin of its own.
 */
export const logistic: Learner = {
  name: "logistic",
  fit: fitLogistic,
  restore: restoreTerms,
};

function fitLogistic(table: Table, options: FitOptions): Predictor {
  requireBothClasses(table);
  const affordable = Math.max(2, Math.floor(MAX_COLUMNS / table.names.length));
  const bins = Math.min(weighableBinsFor(table.rows), affordable);
  const limit = Math.floor(MAX_CELLS / (bins * table.names.length));
  const rows = binRows(
    selectRows(table, drawForDescent(table.labels, Math.max(limit, 2), options)),
    undefined,
    bins,
  );
  const layout = layoutOf(rows);
  const design = Array.from({ length: rows.rows }, (_, row) => designRow(rows, layout, row));
  const weights = fitWeights({ rows: design, columns: layout.columns }, rows.labels);
  options.onProgress?.(1);
  return predictorOnTerms(termsOf(rows, layout, weights), table.names);
}

/** Where the columns of each feature stand; −1 for the missing bin of a feature that was never missing. */
interface Layout {
  readonly values: readonly number[];
  readonly missing: readonly number[];
  /** With the bias, which is the last. */
  readonly columns: number;
}

function layoutOf(rows: BinnedRows): Layout {
  const values: number[] = [];
  const missing: number[] = [];
  let columns = 0;
  rows.columns.forEach((column, feature) => {
    values.push(columns);
    columns += (rows.edges[feature]?.length ?? 0) + 1;
    missing.push(column.includes(MISSING_BIN) ? columns : -1);
    if (missing[feature] !== -1) columns += 1;
  });
  return { values, missing, columns: columns + 1 };
}

function designRow({ columns }: BinnedRows, layout: Layout, row: number): Float64Array {
  const design = new Float64Array(layout.columns);
  columns.forEach((column, feature) => {
    const bin = column[row] ?? MISSING_BIN;
    const at = bin === MISSING_BIN ? layout.missing[feature] : (layout.values[feature] ?? 0) + bin;
    if (at !== undefined && at >= 0) design[at] = HEIGHT;
  });
  design[layout.columns - 1] = 1;
  return design;
}

function termsOf(rows: BinnedRows, layout: Layout, weights: Float64Array): BinTerms {
  const at = (column: number) => (column < 0 ? 0 : HEIGHT * (weights[column] ?? 0));
  const terms = rows.edges.map((edges, feature) => ({
    edges: [...edges],
    weights: Array.from({ length: edges.length + 1 }, (_, bin) =>
      at((layout.values[feature] ?? 0) + bin),
    ),
    absence: at(layout.missing[feature] ?? -1),
  }));
  return { bias: weights[layout.columns - 1] ?? 0, terms };
}
