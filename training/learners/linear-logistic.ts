import { z } from "zod";
import { firstComplaint } from "../complaint.ts";
import { TrainingError } from "../errors.ts";
import { probabilityOf } from "../log-odds.ts";
import { rowValues, selectRows, type Table } from "../table.ts";
import { drawForDescent } from "./draw-rows.ts";
import { type Explanation, explanationOf } from "./explanation.ts";
import { fitWeights } from "./fit-weights.ts";
import { type FitOptions, type Learner, type Predictor, requireBothClasses } from "./learner.ts";
import { fitScale, type Scale, scaled } from "./standardise.ts";

/** A few dozen weights gain nothing from more rows, and the descent takes time in proportion. */
const MAX_ROWS = 10_000;

/** Beyond any weight that a fit can reach; sums of such weights stay finite, so no probability is NaN. */
const LARGEST_WEIGHT = 1e6;

/** One feature: its scale, and the log-odds of its value (per deviation) and of its absence. */
interface Term extends Scale {
  readonly weight: number;
  readonly absenceWeight: number;
}

interface Parameters {
  /** Log-odds where every feature stands at its mean. */
  readonly bias: number;
  /** In the order of the feature names. */
  readonly terms: readonly Term[];
}

const WEIGHT = z.number().min(-LARGEST_WEIGHT).max(LARGEST_WEIGHT);

const PARAMETERS: z.ZodType<Parameters> = z.object({
  bias: WEIGHT,
  terms: z.array(
    z.object({
      offset: z.number().positive().nullable(),
      mean: z.number(),
      deviation: z.number().nonnegative(),
      absent: z.boolean(),
      weight: WEIGHT,
      absenceWeight: WEIGHT,
    }),
  ),
});

/**
 * Logistic regression on standardised features, most of them in logarithms; a missing value counts as the mean
 * and, where values were missing in training, its absence has a weight of its own.
 */
export const linearLogistic: Learner = {
  name: "logistic-linear",
  fit: fitLogistic,
  restore: restoreLogistic,
};

function fitLogistic(table: Table, options: FitOptions): Predictor {
  requireBothClasses(table);
  const sample = selectRows(table, drawForDescent(table.labels, MAX_ROWS, options));
  const scales = sample.columns.map(fitScale);
  const rows = Array.from({ length: sample.rows }, (_, row) =>
    designRow(scales, rowValues(sample, row)),
  );
  const columns = designRow(scales, new Float64Array(scales.length)).length;
  const weights = fitWeights({ rows, columns }, sample.labels);
  return predictorOf(toParameters(scales, weights), table.names);
}

/** The scaled values, then a 1 or 0 for each feature that may be absent, then the bias column. */
function designRow(scales: readonly Scale[], values: Float64Array): Float64Array {
  const row: number[] = [];
  scales.forEach((scale, i) => {
    const value = values[i] ?? Number.NaN;
    if (scale.deviation > 0) row.push(scaled(scale, value));
    if (scale.absent) row.push(Number.isFinite(value) ? 0 : 1);
  });
  return Float64Array.from([...row, 1]);
}

/** Reads the weights in the order in which designRow wrote the columns. */
function toParameters(scales: readonly Scale[], weights: Float64Array): Parameters {
  const remaining = [...weights];
  const next = (): number => remaining.shift() ?? 0;
  const terms = scales.map((scale) => ({
    ...scale,
    weight: scale.deviation > 0 ? next() : 0,
    absenceWeight: scale.absent ? next() : 0,
  }));
  return { terms, bias: next() };
}

function restoreLogistic(parameters: unknown, names: readonly string[]): Predictor {
  const parsed = PARAMETERS.safeParse(parameters);
  if (!parsed.success)
    throw new TrainingError("bad-model", `parameters.${firstComplaint(parsed.error)}`);
  const { terms } = parsed.data;
  if (terms.length !== names.length)
    throw new TrainingError(
      "bad-model",
      `parameters.terms: ${terms.length} terms for ${names.length} features`,
    );
  return predictorOf(parsed.data, names);
}

function predictorOf(parameters: Parameters, names: readonly string[]): Predictor {
  const logOdds = (values: Float64Array) => logOddsOf(parameters, values);
  return {
    logOdds,
    probability: (values) => probabilityOf(logOdds(values)),
    explain: (values) => explain(parameters, values, names),
    parameters: () => parameters,
  };
}

function logOddsOf({ bias, terms }: Parameters, values: Float64Array): number {
  let logOdds = bias;
  for (const [i, term] of terms.entries()) logOdds += shareOf(term, values[i] ?? Number.NaN);
  return logOdds;
}

function explain(
  { bias, terms }: Parameters,
  values: Float64Array,
  names: readonly string[],
): Explanation {
  const shares = terms.map((term, i) => shareOf(term, values[i] ?? Number.NaN));
  return explanationOf(bias, shares, names);
}

function shareOf(term: Term, value: number): number {
  return term.weight * scaled(term, value) + (Number.isFinite(value) ? 0 : term.absenceWeight);
}
