import { readFile, stat } from "node:fs/promises";
import { z } from "zod";
import { writeFileAtomically } from "./atomic-write.ts";
import { firstComplaint } from "./complaint.ts";
import { TrainingError, unreadable } from "./errors.ts";
import { learnerNamed } from "./learners/all-learners.ts";
import { type Model, modelOf } from "./model.ts";
import { TRAINING_SUMMARY } from "./summary.ts";

/** Changes when an older SpamFlow could no longer read the file. */
const MODEL_FORMAT = 1;

/** Eight times the largest model that we write. */
export const MAX_MODEL_BYTES = 16_777_216;

const MODEL_FILE = z.object({
  learner: z.string(),
  version: z.int().positive(),
  features: z.array(z.string()).nonempty(),
  parameters: z.unknown(),
  threshold: z.number().min(0).max(1).nullable(),
  trained: TRAINING_SUMMARY,
});

type ModelFile = z.infer<typeof MODEL_FILE>;

/**
 * Reads a model.
 *
 * @param knownFeatures the features that there are; left out for a model of a foreign table, whose columns can
 *   have any name
 * @throws TrainingError `unreadable`, or `bad-model` with the file and the key
 */
export async function loadModel(path: string, knownFeatures?: readonly string[]): Promise<Model> {
  try {
    const file = parseModelFile(await readBounded(path));
    checkFeatures(file.features, knownFeatures);
    return toModel(file);
  } catch (error) {
    throw atPlace(path, error);
  }
}

/** Version of the model at a place; 0 where there is none yet, so that the next one is always one more. */
export async function versionAt(path: string): Promise<number> {
  try {
    return (await loadModel(path)).version;
  } catch (error) {
    if (error instanceof TrainingError && isMissing(error.cause)) return 0;
    throw error;
  }
}

/**
 * Writes a model in one step (see writeFileAtomically).
 *
 * @throws TrainingError `unwritable`; the model that was there before is then untouched
 */
export async function saveModel(path: string, model: Model): Promise<void> {
  await writeFileAtomically(path, modelText(model));
}

/** One key a line: a model can be looked at, and two of them compared, with plain tools. */
function* modelText(model: Model): Generator<string> {
  const { learner, version, features, threshold, summary: trained } = model;
  const file = { learner, version, features, threshold, trained };
  yield `{"format":${MODEL_FORMAT}`;
  for (const [key, value] of Object.entries(file)) yield `,\n"${key}":${JSON.stringify(value)}`;
  yield `,\n"parameters":${JSON.stringify(model.predictor.parameters())}}\n`;
}

function toModel(file: ModelFile): Model {
  const { learner, parameters, trained: summary, ...rest } = file;
  const predictor = learnerNamed(learner).restore(parameters, file.features);
  return modelOf({ ...rest, learner, summary, predictor });
}

async function readBounded(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size <= MAX_MODEL_BYTES) return await readFile(path, "utf8");
  } catch (error) {
    throw unreadable(path, error);
  }
  throw badModel(`larger than ${MAX_MODEL_BYTES} bytes`);
}

function parseModelFile(text: string): ModelFile {
  const json = parseJson(text);
  const format = z.object({ format: z.unknown() }).safeParse(json).data?.format;
  if (format === undefined) throw badModel('not a model: it has no key "format"');
  if (format !== MODEL_FORMAT)
    throw badModel(`format: ${JSON.stringify(format)}, where ${MODEL_FORMAT} can be read`);
  const parsed = MODEL_FILE.safeParse(json);
  if (!parsed.success) throw badModel(firstComplaint(parsed.error));
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badModel("not whole, or not JSON", { cause: error });
  }
}

function checkFeatures(features: readonly string[], known: readonly string[] | undefined): void {
  features.forEach((name, index) => {
    if (features.indexOf(name) < index) throw badModel(`features[${index}]: "${name}" twice`);
    if (known !== undefined && !known.includes(name))
      throw badModel(`features[${index}]: there is no feature "${name}"`);
  });
}

function badModel(complaint: string, options?: ErrorOptions): TrainingError {
  return new TrainingError("bad-model", complaint, options);
}

/** The parts of the file complain of keys alone; a reader needs the file as well. */
function atPlace(path: string, error: unknown): unknown {
  if (!(error instanceof TrainingError) || error.fault === "unreadable") return error;
  return new TrainingError("bad-model", `${path}: ${error.message}`, { cause: error });
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ENOENT";
}
