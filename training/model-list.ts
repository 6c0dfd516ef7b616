import { readFile } from "node:fs/promises";
import { z } from "zod";
import { writeFileAtomically } from "./atomic-write.ts";
import { firstComplaint } from "./complaint.ts";
import { TrainingError, unreadable } from "./errors.ts";

/** What is known of a kept model beside its own file. */
export interface ListedModel {
  /** LEARNER-VERSION; its file bears the same name. */
  readonly name: string;
  readonly version: number;
  /** `promoted`: in force, or once in force. */
  readonly state: "promoted" | "aside" | "waiting";
  /** Why it is where it is. */
  readonly reason: string;
  /** When it was trained, epoch seconds. */
  readonly time: number;
}

export interface ModelList {
  readonly models: readonly ListedModel[];
  /** Names of the models that were in force, the latest last: what `rollback` goes back along. */
  readonly history: readonly string[];
}

/** A name that is safe as the name of a file. */
export const MODEL_NAME = /^[a-z][a-z-]{0,30}-[1-9]\d{0,8}$/;

const NAME = z.string().regex(MODEL_NAME);

const MODEL_LIST: z.ZodType<ModelList> = z.object({
  models: z.array(
    z.object({
      name: NAME,
      version: z.int().positive(),
      state: z.enum(["promoted", "aside", "waiting"]),
      reason: z.string(),
      time: z.number(),
    }),
  ),
  history: z.array(NAME),
});

const EMPTY: ModelList = { models: [], history: [] };

/**
 * Reads the list of a store; a store without one is empty.
 *
 * @throws TrainingError `bad-model` with the file and the key, `unreadable`
 */
export async function readModelList(path: string): Promise<ModelList> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unreadable(path, error);
  });
  if (text === undefined) return EMPTY;
  const parsed = MODEL_LIST.safeParse(parseJson(text, path));
  if (parsed.success) return parsed.data;
  throw new TrainingError("bad-model", `${path}: ${firstComplaint(parsed.error)}`);
}

export async function writeModelList(path: string, list: ModelList): Promise<void> {
  await writeFileAtomically(path, [`${JSON.stringify(list, null, 1)}\n`]);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TrainingError("bad-model", `${path}: not whole, or not JSON`, { cause: error });
  }
}
