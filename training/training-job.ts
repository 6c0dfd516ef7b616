import { join } from "node:path";
import { writeFileAtomically } from "./atomic-write.ts";
import type { Example } from "./example.ts";
import { learnerNamed } from "./learners/all-learners.ts";
import { withLock } from "./lock.ts";
import { saveModel, versionAt } from "./model-file.ts";
import { ModelStore } from "./model-store.ts";
import type { Decision } from "./promotion.ts";
import { readExamples } from "./read-examples.ts";
import { readTable, type TableColumns } from "./read-table.ts";
import { htmlReport } from "./report/html-report.ts";
import { type ReportDetails, reportDetails } from "./report/report-details.ts";
import type { TrainingReport } from "./report.ts";
import { trainIntoStore } from "./train-into-store.ts";
import { train, trainOnTable, type TrainingResult, type TrainOptions } from "./train.ts";

/** What there is to do, as plain JSON: a job is done by a process of its own. */
export interface TrainingJob {
  readonly source: TrainingSource;
  readonly target: TrainingTarget;
  readonly options: Omit<TrainOptions, "version" | "onStep">;
  /** Live through the examples in the four regimes of feedback, and find out what the features are worth. */
  readonly thorough?: boolean;
  /** Where a page for people goes. */
  readonly page?: string | undefined;
}

export type TrainingSource =
  | { readonly kind: "examples"; readonly files: readonly string[] }
  | { readonly kind: "table"; readonly path: string; readonly columns: TableColumns };

export type TrainingTarget =
  /** A file of its own: the model is written whatever it is worth. */
  | { readonly kind: "file"; readonly path: string }
  /** The store, where the model has to prove itself before it is in force. */
  | { readonly kind: "store"; readonly state: string; readonly present: string };

export interface TrainingOutcome {
  readonly report: TrainingReport;
  /** Null where the job was not to be thorough. */
  readonly details: ReportDetails | null;
  /** Where the model is now. */
  readonly file: string;
  /** Null where the model had nothing to prove. */
  readonly decision: Decision | null;
  /** What was decided of a model that had waited. */
  readonly settled: { readonly name: string; readonly decision: Decision } | null;
  /** Columns of the table that were left out, with the reason. */
  readonly leftOut: readonly { readonly why: string; readonly columns: readonly string[] }[];
}

/** Told what the training is at: "reading", "judging" … */
export type OnStep = (step: string) => void;

/** Does a job. The present model is untouched whatever is thrown. */
export async function runJob(job: TrainingJob, onStep: OnStep): Promise<TrainingOutcome> {
  return job.target.kind === "file"
    ? trainIntoFile(job, job.target.path, onStep)
    : trainForStore(job, job.target, onStep);
}

async function trainIntoFile(
  job: TrainingJob,
  path: string,
  onStep: OnStep,
): Promise<TrainingOutcome> {
  return withLock(`${path}.lock`, async () => {
    const version = (await versionAt(path)) + 1;
    const { result, leftOut } = await learn(job.source, { ...job.options, version, onStep });
    await saveModel(path, result.model);
    const details = await detailsOf(job, result, onStep);
    return { report: result.report, details, file: path, decision: null, settled: null, leftOut };
  });
}

async function trainForStore(
  job: TrainingJob,
  places: { readonly state: string; readonly present: string },
  onStep: OnStep,
): Promise<TrainingOutcome> {
  // A table's columns can have any names, and the daemon knows its own features alone.
  if (job.source.kind === "table") throw new Error("a table is trained into a file");
  onStep("reading");
  const examples = await readAll(job.source.files);
  const options = { ...job.options, onStep };
  const { result, decision, settled } = await trainIntoStore(
    new ModelStore(places),
    examples,
    options,
  );
  const kept = join(places.state, "models", `${result.model.name}.json`);
  const file = decision.kind === "promoted" ? places.present : kept;
  const details = await detailsOf(job, result, onStep);
  return { report: result.report, details, file, decision, settled: settled ?? null, leftOut: [] };
}

/** After the model is written: a report that fails takes nothing away. */
async function detailsOf(
  { thorough = false, page, options }: TrainingJob,
  result: TrainingResult,
  onStep: OnStep,
): Promise<ReportDetails | null> {
  if (!thorough && page === undefined) return null;
  onStep("living through the examples for the report");
  const details = reportDetails(result, learnerNamed(options.learner), { seed: options.seed ?? 1 });
  if (page !== undefined) await writeFileAtomically(page, [htmlReport(result.report, details)]);
  return details;
}

async function learn(
  source: TrainingSource,
  options: TrainOptions,
): Promise<{ readonly result: TrainingResult } & Pick<TrainingOutcome, "leftOut">> {
  options.onStep?.("reading");
  if (source.kind === "examples")
    return { result: train(await readAll(source.files), options), leftOut: [] };
  const { table, ignored, constant } = await readTable(source.path, source.columns);
  const leftOut = [
    { why: "not numeric", columns: ignored },
    { why: "the same in every row", columns: constant },
  ].filter(({ columns }) => columns.length > 0);
  return { result: trainOnTable(table, options), leftOut };
}

async function readAll(files: readonly string[]): Promise<readonly Example[]> {
  const examples: Example[] = [];
  for (const file of files) {
    for (const example of await readExamples(file)) examples.push(example);
  }
  return examples;
}
