import { type Strength, strengthsOf } from "./learners/strengths.ts";
import type { Model } from "./model.ts";
import type { TrainingSummary } from "./summary.ts";
import type { Table } from "./table.ts";

/** How many of the strongest features a report names. */
const STRONGEST = 10;

/** What a training tells, as plain JSON. */
export interface TrainingReport extends TrainingSummary {
  readonly model: string;
  /** Examples that were left out because their capture was not complete. */
  readonly incomplete: number;
  /** Features that were the same in every example, or never observed: they say nothing. */
  readonly constant: readonly string[];
  /** The strongest features first. */
  readonly strengths: readonly Strength[];
}

export function reportOf(model: Model, table: Table, incomplete: number): TrainingReport {
  const strengths = strengthsOf(model.predictor, table).toSorted(
    (a, b) => Math.abs(b.logOdds) - Math.abs(a.logOdds),
  );
  return {
    model: model.name,
    ...model.summary,
    incomplete,
    constant: table.names.filter((_, i) => isConstant(table.columns[i])),
    strengths: strengths.slice(0, STRONGEST),
  };
}

function isConstant(column: Float64Array | undefined): boolean {
  return column?.every((value) => Object.is(value, column[0])) ?? true;
}
