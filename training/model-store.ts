import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { TrainingError, unwritable } from "./errors.ts";
import { withLock } from "./lock.ts";
import {
  type ListedModel,
  MODEL_NAME,
  type ModelList,
  readModelList,
  writeModelList,
} from "./model-list.ts";
import { loadModel, saveModel } from "./model-file.ts";
import type { Model } from "./model.ts";
import type { Decision } from "./promotion.ts";

/** Models that are kept, the present one and its predecessor always among them: some 20 MB. */
export const KEPT_MODELS = 10;

/** Where a store is. */
export interface ModelPlaces {
  /** The state folder; the models are in `models/` below it. */
  readonly state: string;
  /** The model in force, which the daemon loads. */
  readonly present: string;
}

/**
 * The models of a site: one in force, and the last ones beside it. Every change is one step of the file system: a
 * crash or a full disk in the middle leaves the present model as it was. What the list says of a model is told again
 * by the files, so a list that is one step behind does no harm.
 */
export class ModelStore {
  readonly #folder: string;
  readonly #list: string;
  readonly #present: string;

  constructor({ state, present }: ModelPlaces) {
    this.#folder = join(state, "models");
    this.#list = join(this.#folder, "list.json");
    this.#present = present;
  }

  /** Keeps other trainings out meanwhile. */
  async locked<T>(work: () => Promise<T>): Promise<T> {
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o750 });
    } catch (error) {
      throw unwritable(this.#folder, error);
    }
    return withLock(join(this.#folder, "lock"), work);
  }

  /** The model in force; undefined where there is none yet. */
  async present(): Promise<Model | undefined> {
    return loadIfThere(this.#present);
  }

  /** Newest first. */
  async list(): Promise<readonly ListedModel[]> {
    const { models } = await readModelList(this.#list);
    return models.toSorted((a, b) => b.version - a.version);
  }

  /** One more than any version that there was. */
  async nextVersion(): Promise<number> {
    const present = await this.present();
    const versions = (await this.list()).map(({ version }) => version);
    return Math.max(0, present?.version ?? 0, ...versions) + 1;
  }

  /** @throws TrainingError `unknown-model` with the names that there are */
  async load(name: string): Promise<Model> {
    const model = MODEL_NAME.test(name) ? await loadIfThere(this.#fileOf(name)) : undefined;
    if (model !== undefined) return model;
    const present = await this.present();
    if (present?.name === name) return present;
    const names = (await this.list()).map((listed) => listed.name);
    const known = names.length === 0 ? "none is kept" : `there are ${names.join(", ")}`;
    throw new TrainingError("unknown-model", `no model is named "${name}": ${known}`);
  }

  /** Keeps a new model, and puts it in force where the decision says so. */
  async add(model: Model, { kind, reason }: Decision): Promise<void> {
    await saveModel(this.#fileOf(model.name), model);
    const { name, version } = model;
    const entry = { name, version, state: kind, reason, time: model.summary.time };
    await this.#change((list) => ({ ...list, models: [...without(list, name), entry] }));
    if (kind === "promoted") await this.#putInForce(model, reason);
  }

  /** Says anew of a kept model whether it is in force. */
  async settle(name: string, { kind, reason }: Decision): Promise<void> {
    if (kind === "promoted") await this.#putInForce(await this.load(name), reason);
    else await this.#change((list) => restated(list, name, { state: kind, reason }));
  }

  /** Puts a kept model in force, whatever was decided of it. */
  async promote(name: string): Promise<Model> {
    const model = await this.load(name);
    await this.#putInForce(model, "promoted by hand");
    return model;
  }

  /**
   * Goes back to the model that was in force before.
   *
   * @throws TrainingError `unknown-model` where there was none, or it is kept no longer
   */
  async rollback(): Promise<Model> {
    const { history } = await readModelList(this.#list);
    const present = await this.present();
    const past = present?.name === history.at(-1) ? history.slice(0, -1) : history;
    const name = past.at(-1);
    if (name === undefined)
      throw new TrainingError("unknown-model", "no model was in force before the present one");
    const model = await this.load(name);
    await saveModel(this.#present, model);
    const reason = `rolled back from ${present?.name ?? "none"}`;
    await this.#change((list) =>
      restated({ ...list, history: past }, name, { state: "promoted", reason }),
    );
    return model;
  }

  async #putInForce(model: Model, reason: string): Promise<void> {
    const before = await this.present();
    if (before !== undefined) await this.#keepPresent(before);
    await saveModel(this.#present, model);
    await this.#change((list) => ({
      ...restated(list, model.name, { state: "promoted", reason }),
      history: [...list.history.filter((name) => name !== model.name), model.name],
    }));
    await this.#forgetOld(model.name);
  }

  /** A model that was put in force from outside is kept too, so that one can go back to it. */
  async #keepPresent(model: Model): Promise<void> {
    const { name, version } = model;
    if ((await this.list()).some((listed) => listed.name === name)) return;
    await saveModel(this.#fileOf(name), model);
    const entry = {
      name,
      version,
      state: "promoted",
      reason: "put in force from outside",
      time: model.summary.time,
    } as const;
    await this.#change((list) => ({
      models: [...without(list, name), entry],
      history: [...list.history, name],
    }));
  }

  async #forgetOld(present: string): Promise<void> {
    const { history } = await readModelList(this.#list);
    const needed = new Set([present, ...history.slice(-2)]);
    const others = (await this.list()).filter(({ name }) => !needed.has(name));
    const old = new Set(others.slice(KEPT_MODELS - needed.size).map(({ name }) => name));
    if (old.size === 0) return;
    await this.#change((list) => ({
      models: list.models.filter(({ name }) => !old.has(name)),
      history: list.history.filter((name) => !old.has(name)),
    }));
    for (const name of old) await rm(this.#fileOf(name), { force: true });
  }

  async #change(change: (list: ModelList) => ModelList): Promise<void> {
    await writeModelList(this.#list, change(await readModelList(this.#list)));
  }

  #fileOf(name: string): string {
    return join(this.#folder, `${name}.json`);
  }
}

function without({ models }: ModelList, name: string): readonly ListedModel[] {
  return models.filter((listed) => listed.name !== name);
}

function restated(
  list: ModelList,
  name: string,
  change: Pick<ListedModel, "state" | "reason">,
): ModelList {
  const models = list.models.map((listed) =>
    listed.name === name ? { ...listed, ...change } : listed,
  );
  return { ...list, models };
}

async function loadIfThere(path: string): Promise<Model | undefined> {
  try {
    return await loadModel(path);
  } catch (error) {
    const cause = error instanceof TrainingError ? error.cause : undefined;
    if ((cause as NodeJS.ErrnoException | undefined)?.code === "ENOENT") return undefined;
    throw error;
  }
}
