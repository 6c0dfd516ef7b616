import { FEATURE_NAMES } from "../features/index.ts";
import { TrainingError } from "./errors.ts";
import { trainedDistributions } from "./drift.ts";
import { type Evaluation, figuresOf } from "./evaluate.ts";
import type { Example } from "./example.ts";
import { tableOf } from "./example-table.ts";
import { type HeldOut, holdOut } from "./hold-out.ts";
import { learnerNamed } from "./learners/all-learners.ts";
import { requireEnough } from "./enough.ts";
import type { Learner } from "./learners/learner.ts";
import { type Model, modelOf } from "./model.ts";
import { outOfFoldScores } from "./out-of-fold.ts";
import { reportOf, type TrainingReport } from "./report.ts";
import type { ClassCounts, TrainingSummary } from "./summary.ts";
import { chooseThreshold, type ThresholdChoice } from "./threshold.ts";
import { inCanonicalOrder, spamCount, type Table } from "./table.ts";

/** Most teachers that a summary names; the examples of further ones are counted together. */
const MAX_TEACHERS = 50;

export interface TrainOptions {
  /** Name of the learner. */
  readonly learner: string;
  /** Version of the new model: one more than the model's that it replaces. */
  readonly version: number;
  /** When the training takes place, epoch seconds. */
  readonly time: number;
  /** The same examples and seed give the same model. */
  readonly seed?: number;
  /** The wanted false-positive rate; without it the model gets no threshold. */
  readonly maxFpr?: number | undefined;
  /** Told what the training is at. */
  readonly onStep?: (step: string) => void;
}

export interface TrainingResult {
  readonly model: Model;
  readonly evaluation: Evaluation;
  /** The rows that were held out, and what was said of them. */
  readonly heldOut: HeldOut;
  /** All rows, in canonical order. */
  readonly table: Table;
  readonly report: TrainingReport;
}

/** What is known of the rows beside their numbers. */
interface Origin {
  readonly teachers: TrainingSummary["teachers"];
  readonly timed: boolean;
  readonly incomplete: number;
}

/**
 * Learns from examples: first from the earlier ones alone, to be judged on the later ones, then from all of them
 * for the model. Examples whose capture was not complete are left out, as no such mail is ever scored.
 *
 * @throws TrainingError `not-enough`, `unknown-learner`
 */
export function train(examples: readonly Example[], options: TrainOptions): TrainingResult {
  const usable = examples.filter(({ complete }) => complete);
  const incomplete = examples.length - usable.length;
  if (usable.length === 0 && incomplete > 0)
    throw new TrainingError("not-enough", `no capture of the ${incomplete} examples is complete`);
  const origin = { teachers: countByTeacher(usable), timed: true, incomplete };
  return learn(tableOf(usable, FEATURE_NAMES), options, origin);
}

/** Learns from a table, whose features can have any names, and whose rows stand in the order of time. */
export function trainOnTable(table: Table, options: TrainOptions): TrainingResult {
  return learn(table, options, { teachers: null, timed: false, incomplete: 0 });
}

function learn(unordered: Table, options: TrainOptions, origin: Origin): TrainingResult {
  const learner = learnerNamed(options.learner);
  requireEnough(unordered);
  const table = inCanonicalOrder(unordered);
  const fitOptions = { seed: options.seed ?? 1 };
  const say = options.onStep ?? (() => undefined);
  say("judging on the newest examples");
  const heldOut = holdOut(table, learner, fitOptions);
  const evaluation = figuresOf(heldOut, learner, fitOptions);
  if (options.maxFpr !== undefined) say("choosing a threshold");
  const thresholdChoice = thresholdFor(table, learner, { ...fitOptions, maxFpr: options.maxFpr });
  const distributions = trainedDistributions(table, heldOut.scored.probabilities);
  say("learning from all examples");
  const model = modelOf({
    learner: learner.name,
    version: options.version,
    features: table.names,
    threshold: thresholdChoice?.threshold ?? null,
    summary: summaryOf(table, options, { origin, evaluation, thresholdChoice, distributions }),
    predictor: learner.fit(table, fitOptions),
  });
  return { model, evaluation, heldOut, table, report: reportOf(model, table, origin.incomplete) };
}

function summaryOf(
  table: Table,
  { time }: TrainOptions,
  found: Omit<
    TrainingSummary,
    keyof ClassCounts | "time" | "examples" | "from" | "to" | "teachers"
  > & {
    readonly origin: Origin;
  },
): TrainingSummary {
  const { origin, ...figures } = found;
  const spam = spamCount(table.labels);
  return {
    time,
    examples: table.rows,
    spam,
    ham: table.rows - spam,
    from: origin.timed ? (table.times[0] ?? null) : null,
    to: origin.timed ? (table.times.at(-1) ?? null) : null,
    teachers: origin.teachers,
    ...figures,
  };
}

/** With too little ham for the wanted rate no model needs to be made to know that there is no threshold. */
function thresholdFor(
  table: Table,
  learner: Learner,
  { maxFpr, seed }: { readonly maxFpr: number | undefined; readonly seed: number },
): ThresholdChoice | null {
  if (maxFpr === undefined) return null;
  const unjudged = { labels: table.labels, probabilities: new Float64Array(table.rows).fill(1) };
  const first = chooseThreshold(unjudged, maxFpr);
  return first.missingHam > 0
    ? first
    : chooseThreshold(outOfFoldScores(table, learner, { seed }), maxFpr);
}

function countByTeacher(examples: readonly Example[]): Readonly<Record<string, ClassCounts>> {
  const counts = new Map<string, ClassCounts>();
  for (const { teacher, label } of examples) {
    const name = counts.has(teacher) || counts.size < MAX_TEACHERS ? teacher : "others";
    const before = counts.get(name) ?? { spam: 0, ham: 0 };
    counts.set(name, { ...before, [label]: before[label] + 1 });
  }
  return Object.fromEntries(counts);
}
