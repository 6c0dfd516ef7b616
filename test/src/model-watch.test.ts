import { mkdtemp, rename, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ModelWatch } from "../../src/model-watch.ts";
import type { Model } from "../../training/index.ts";
import { collectedLog } from "../support/collected-log.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "spamflow-model-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

function model(name: string): Model {
  return { name, threshold: null, features: [], probability: () => 0.5 } as unknown as Model;
}

/** A loader whose answer a test sets. */
function loader(first: Model | undefined | Error) {
  const state = { answer: first };
  const load = () =>
    state.answer instanceof Error ? Promise.reject(state.answer) : Promise.resolve(state.answer);
  return { state, load };
}

describe("ModelWatch", () => {
  it("starts without a model where there is no file", async () => {
    const { log, lines } = collectedLog();
    const watch = await ModelWatch.start({ path: "none", load: loader(undefined).load, log });
    expect(watch.current).toBeUndefined();
    expect(lines[0]).toContain("event=no-model");
    watch.stop();
  });

  it("does not start with a file that is no model", async () => {
    const { log } = collectedLog();
    const { load } = loader(new Error("model.json: damaged"));
    await expect(ModelWatch.start({ path: "m", load, log })).rejects.toThrow("model.json: damaged");
  });

  it("takes a new model, and keeps the present one when the new one is refused or gone", async () => {
    const { log, lines } = collectedLog();
    const { state, load } = loader(model("logistic-1"));
    const watch = await ModelWatch.start({ path: "m", load, log });
    state.answer = model("logistic-2");
    await watch.reload();
    expect(watch.current?.name).toBe("logistic-2");
    state.answer = new Error("m: damaged");
    await watch.reload();
    state.answer = undefined;
    await watch.reload();
    expect(watch.current?.name).toBe("logistic-2");
    expect(lines.map((line) => /event=(\S+)/.exec(line)?.[1])).toEqual([
      "model-loaded",
      "model-loaded",
      "model-refused",
      "model-gone",
    ]);
    watch.stop();
  });

  it("notices that the file was replaced", async () => {
    const { log } = collectedLog();
    const path = join(folder, "model.json");
    await writeFile(path, "1");
    const { state, load } = loader(model("logistic-1"));
    const watch = await ModelWatch.start({ path, load, log });
    state.answer = model("logistic-2");
    await writeFile(`${path}.new`, "2");
    await utimes(`${path}.new`, 1, 1);
    await rename(`${path}.new`, path);
    await vi.waitFor(
      () => {
        expect(watch.current?.name).toBe("logistic-2");
      },
      { timeout: 5000 },
    );
    watch.stop();
  });
});
