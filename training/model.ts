import type { FeatureVector } from "../features/index.ts";
import type { Explanation } from "./learners/explanation.ts";
import type { Predictor } from "./learners/learner.ts";
import type { TrainingSummary } from "./summary.ts";
import type { Columns } from "./table.ts";

/** What a model consists of. */
export interface ModelParts {
  /** Name of the learner that made it and can restore it. */
  readonly learner: string;
  /** Counts the models of one place from 1. */
  readonly version: number;
  /** Names of its features, in the order of the predictor's values. */
  readonly features: readonly string[];
  /** Probability from which a mail counts as spam; null where the training chose none. */
  readonly threshold: number | null;
  readonly summary: TrainingSummary;
  readonly predictor: Predictor;
}

/** Judges mails; immutable, so that one mail never sees half of a newer model. */
export interface Model extends ModelParts {
  /** LEARNER-VERSION, as the header and the log have it: `logistic-3`. */
  readonly name: string;
  /** Probability of spam, 0 to 1. Features that are null or not there are missing; others are ignored. */
  probability(features: FeatureVector): number;
  /** The same as log-odds, to which a shift for the present share of spam can be added. */
  logOdds(features: FeatureVector): number;
  /** Which feature moves these log-odds how far. */
  explain(features: FeatureVector): Explanation;
}

export function modelOf(parts: ModelParts): Model {
  const { learner, version, features, predictor } = parts;
  const valuesOf = (vector: FeatureVector) =>
    Float64Array.from(features, (name) => vector[name] ?? Number.NaN);
  return {
    ...parts,
    name: `${learner}-${version}`,
    probability: (vector) => predictor.probability(valuesOf(vector)),
    logOdds: (vector) => predictor.logOdds(valuesOf(vector)),
    explain: (vector) => predictor.explain(valuesOf(vector)),
  };
}

/** Probability of spam of each row of a table, in the order of the rows. */
export function scoreRows(model: Model, table: Columns): Float64Array {
  const columns = model.features.map((name) => table.columns[table.names.indexOf(name)]);
  return Float64Array.from({ length: table.rows }, (_, row) =>
    model.predictor.probability(
      Float64Array.from(columns, (column) => column?.[row] ?? Number.NaN),
    ),
  );
}
