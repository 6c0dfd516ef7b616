import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { saveModel } from "../../training/model-file.ts";
import { KEPT_MODELS, ModelStore } from "../../training/model-store.ts";
import { modelOf } from "../../training/model.ts";
import { trainOnTable } from "../../training/train.ts";
import { mixture } from "./tables.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();
const { model: first } = trainOnTable(mixture({ rows: 60, distance: 2 }), {
  learner: "logistic",
  version: 1,
  time: 1_764_000_000,
});
const version = (number: number) => modelOf({ ...first, version: number });
const PROMOTED = { kind: "promoted", reason: "better" } as const;
const ASIDE = { kind: "aside", reason: "worse" } as const;

function places() {
  return { state: folder.path("state"), present: folder.path("model.json") };
}

/** A store with the models of the given versions, promoted one after the other. */
async function storeWith(...versions: readonly number[]): Promise<ModelStore> {
  const store = new ModelStore(places());
  await mkdir(folder.path("state/models"), { recursive: true });
  for (const number of versions) await store.add(version(number), PROMOTED);
  return store;
}

async function presentName(store: ModelStore): Promise<string | undefined> {
  return (await store.present())?.name;
}

describe("ModelStore", () => {
  it("is empty at first, and the next version is the first", async () => {
    const store = new ModelStore(places());
    expect(await store.present()).toBeUndefined();
    expect(await store.list()).toEqual([]);
    expect(await store.nextVersion()).toBe(1);
  });

  it("puts a promoted model in force, byte for byte as it is kept", async () => {
    const store = await storeWith(1);
    expect(await presentName(store)).toBe("logistic-1");
    const kept = await readFile(folder.path("state/models/logistic-1.json"));
    expect(await readFile(folder.path("model.json"))).toEqual(kept);
    expect(await store.list()).toEqual([
      { name: "logistic-1", version: 1, state: "promoted", reason: "better", time: 1_764_000_000 },
    ]);
  });

  it("keeps others aside with the reason, and leaves the present one alone", async () => {
    const store = await storeWith(1);
    await store.add(version(2), ASIDE);
    expect(await presentName(store)).toBe("logistic-1");
    expect((await store.list())[0]).toMatchObject({
      name: "logistic-2",
      state: "aside",
      reason: "worse",
    });
    expect(await store.nextVersion()).toBe(3);
    expect((await store.load("logistic-2")).version).toBe(2);
  });

  it("settles what waited", async () => {
    const store = await storeWith(1);
    await store.add(version(2), { kind: "waiting", reason: "few" });
    await store.settle("logistic-2", PROMOTED);
    expect(await presentName(store)).toBe("logistic-2");
    await store.settle("logistic-1", ASIDE);
    expect((await store.list()).map(({ state }) => state)).toEqual(["promoted", "aside"]);
  });

  it("goes back step by step, and not further than there were models", async () => {
    const store = await storeWith(1, 2, 3);
    expect((await store.rollback()).name).toBe("logistic-2");
    expect((await store.rollback()).name).toBe("logistic-1");
    expect(await presentName(store)).toBe("logistic-1");
    await expect(store.rollback()).rejects.toMatchObject({ fault: "unknown-model" });
    await store.promote("logistic-3");
    expect((await store.rollback()).name).toBe("logistic-1");
  });

  it("keeps a model that came from outside, to go back to it", async () => {
    const store = await storeWith(1);
    await saveModel(folder.path("model.json"), version(5));
    expect(await store.nextVersion()).toBe(6);
    await store.add(version(6), PROMOTED);
    expect((await store.rollback()).name).toBe("logistic-5");
  });

  it("forgets the oldest, never the present one or its predecessor", async () => {
    const store = await storeWith(1);
    for (let number = 2; number < 20; number += 1) await store.add(version(number), ASIDE);
    await store.add(version(20), PROMOTED);
    const names = (await store.list()).map(({ name }) => name);
    expect(names).toHaveLength(KEPT_MODELS);
    expect(names).toContain("logistic-1");
    expect(await readdir(folder.path("state/models"))).toHaveLength(KEPT_MODELS + 1);
    expect((await store.rollback()).name).toBe("logistic-1");
  });

  it.each(["logistic-9", "../model", ""])(
    'knows no model named "%s", and names those it has',
    async (name) => {
      const store = await storeWith(1);
      await expect(store.load(name)).rejects.toMatchObject({
        fault: "unknown-model",
        message: `no model is named "${name}": there are logistic-1`,
      });
    },
  );

  it("lets one training in at a time", async () => {
    const store = new ModelStore(places());
    await store.locked(async () => {
      await expect(store.locked(() => Promise.resolve())).rejects.toMatchObject({
        fault: "locked",
      });
    });
  });

  it("leaves the present model as it was where the new one cannot be written", async () => {
    const store = await storeWith(1);
    const before = await readFile(folder.path("model.json"));
    // A folder in the place of the new model's file: no rename can replace it.
    await mkdir(folder.path("state/models/logistic-2.json/x"), { recursive: true });
    await expect(store.add(version(2), PROMOTED)).rejects.toMatchObject({ fault: "unwritable" });
    expect(await readFile(folder.path("model.json"))).toEqual(before);
    expect((await store.list()).map(({ name }) => name)).toEqual(["logistic-1"]);
  });

  it("stands after a crash between any two of its steps", async () => {
    const store = await storeWith(1);
    const list = folder.path("state/models/list.json");
    await copyFile(list, folder.path("before.json"));
    await store.add(version(2), PROMOTED);
    // The list of before, as if the process had died before it was written.
    await copyFile(folder.path("before.json"), list);
    expect(await presentName(store)).toBe("logistic-2");
    expect(await store.nextVersion()).toBe(3);
    await store.add(version(3), PROMOTED);
    expect((await store.rollback()).name).toBe("logistic-2");
  });

  it("does not guess where the present model or the list is damaged", async () => {
    const store = await storeWith(1);
    await writeFile(folder.path("model.json"), "{");
    await expect(store.nextVersion()).rejects.toMatchObject({ fault: "bad-model" });
    await rm(folder.path("model.json"));
    await writeFile(folder.path("state/models/list.json"), "[]");
    await expect(store.list()).rejects.toMatchObject({ fault: "bad-model" });
  });
});
