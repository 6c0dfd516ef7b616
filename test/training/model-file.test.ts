import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { loadModel, MAX_MODEL_BYTES, saveModel, versionAt } from "../../training/model-file.ts";
import { scoreRows } from "../../training/model.ts";
import { trainOnTable } from "../../training/train.ts";
import { mixture } from "./tables.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();
const table = mixture({ rows: 60, distance: 2, missing: 0.1, features: 2 });
const { model } = trainOnTable(table, { learner: "logistic", version: 4, time: 1_764_000_000 });

type Json = Record<string, unknown>;

async function savedJson(): Promise<Json> {
  const path = folder.path("model.json");
  await saveModel(path, model);
  return JSON.parse(await readFile(path, "utf8")) as Json;
}

describe("saveModel", () => {
  it("writes format, learner, version, features, parameters, threshold and training", async () => {
    expect(await savedJson()).toEqual({
      format: 1,
      learner: "logistic",
      version: 4,
      features: ["feature_0", "feature_1"],
      threshold: null,
      trained: model.summary,
      parameters: model.predictor.parameters(),
    });
  });
});

describe("loadModel", () => {
  it("gives a model that judges as the saved one does", async () => {
    const path = folder.path("model.json");
    await saveModel(path, { ...model, threshold: 0.9 });
    const loaded = await loadModel(path, ["feature_1", "other", "feature_0"]);
    expect(loaded).toMatchObject({
      name: "logistic-4",
      learner: "logistic",
      version: 4,
      features: model.features,
      threshold: 0.9,
      summary: model.summary,
    });
    expect(scoreRows(loaded, table)).toEqual(scoreRows(model, table));
  });

  it("takes any feature names where it is not told which there are", async () => {
    const path = folder.path("model.json");
    await saveModel(path, model);
    expect((await loadModel(path)).features).toEqual(model.features);
  });

  it("refuses features that do not exist", async () => {
    const path = folder.path("model.json");
    await saveModel(path, model);
    await expect(loadModel(path, ["feature_0"])).rejects.toMatchObject({
      fault: "bad-model",
      message: `${path}: features[1]: there is no feature "feature_1"`,
    });
  });

  it.each<[string, (json: Json) => unknown, RegExp]>([
    ["another format", (json) => ({ ...json, format: 2 }), /: format: 2, where 1 can be read$/],
    ["no format", ({ features }) => ({ features }), /: not a model: it has no key "format"$/],
    ["a list for a model", () => [], /: not a model: it has no key "format"$/],
    [
      "a learner that does not exist",
      (json) => ({ ...json, learner: "oracle" }),
      /: no learner is named "oracle"; there are: /,
    ],
    ["a version of zero", (json) => ({ ...json, version: 0 }), /: version: /],
    ["no features", (json) => ({ ...json, features: [] }), /: features: /],
    [
      "a feature twice",
      (json) => ({ ...json, features: ["feature_0", "feature_0"] }),
      /: features\[1\]: "feature_0" twice$/,
    ],
    [
      "a feature more than it has parameters for",
      (json) => ({ ...json, features: ["feature_0", "feature_1", "feature_2"] }),
      /: parameters\.terms: 2 terms for 3 features$/,
    ],
    ["no parameters", (json) => ({ ...json, parameters: {} }), /: parameters\.bias: /],
    ["a threshold above 1", (json) => ({ ...json, threshold: 2 }), /: threshold: /],
    ["no training", (json) => ({ ...json, trained: undefined }), /: trained: /],
    ["damaged training", (json) => ({ ...json, trained: { time: "x" } }), /: trained\.\w+: /],
  ])("refuses %s and names file and key", async (_, damage, message) => {
    const path = await folder.write("damaged.json", JSON.stringify(damage(await savedJson())));
    await expect(loadModel(path)).rejects.toMatchObject({
      fault: "bad-model",
      message: expect.stringMatching(message) as unknown,
    });
    await expect(loadModel(path)).rejects.toThrow(path);
  });

  it("refuses a file that was cut off anywhere", async () => {
    const text = JSON.stringify(await savedJson());
    for (let length = 0; length < text.length; length += 97) {
      const path = await folder.write("cut.json", text.slice(0, length));
      await expect(loadModel(path)).rejects.toMatchObject({
        fault: "bad-model",
        message: `${path}: not whole, or not JSON`,
      });
    }
  });

  it("refuses a file that is far too large without reading it", async () => {
    const path = await folder.write("large.json", Buffer.alloc(MAX_MODEL_BYTES + 1, " "));
    await expect(loadModel(path)).rejects.toMatchObject({
      fault: "bad-model",
      message: `${path}: larger than ${MAX_MODEL_BYTES} bytes`,
    });
  });

  it("names a file that is not there", async () => {
    const path = folder.path("none.json");
    await expect(loadModel(path)).rejects.toMatchObject({
      fault: "unreadable",
      message: `${path}: no such file`,
    });
  });
});

describe("versionAt", () => {
  it("is that of the model at the place", async () => {
    const path = folder.path("model.json");
    await saveModel(path, model);
    expect(await versionAt(path)).toBe(4);
  });

  it("is 0 where there is no model", async () => {
    expect(await versionAt(folder.path("none.json"))).toBe(0);
  });

  it("complains of a file that is no model", async () => {
    const path = await folder.write("other.json", "{}");
    await expect(versionAt(path)).rejects.toMatchObject({ fault: "bad-model" });
  });
});
