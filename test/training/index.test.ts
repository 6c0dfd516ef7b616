import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import {
  loadModel,
  readColumns,
  readExamples,
  readTable,
  saveModel,
  scoreRows,
  train,
  trainOnTable,
  versionAt,
} from "../../training/index.ts";
import { mixedExamples } from "./examples.ts";
import { mixture } from "./tables.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();

describe("training", () => {
  it("goes from a file of examples to a model file that judges, one version after the other", async () => {
    const examples = mixedExamples({ rows: 100, distance: 4 });
    const [source, place] = [folder.path("examples.jsonl"), folder.path("model.json")];
    await writeFile(source, examples.map((one) => JSON.stringify(one)).join("\n"));
    for (const version of [1, 2]) {
      expect(await versionAt(place)).toBe(version - 1);
      const options = { learner: "logistic", version, time: 1_764_100_000 };
      await saveModel(place, train(await readExamples(source), options).model);
    }
    const model = await loadModel(place);
    expect(model.name).toBe("logistic-2");
    const right = examples.filter(
      ({ features, label }) => model.probability(features) >= 0.5 === (label === "spam"),
    );
    expect(right.length).toBeGreaterThan(90);
  });

  it("goes from a table to scores of its rows in their order", async () => {
    const { columns, labels, rows } = mixture({ rows: 100, distance: 4 });
    const lines = Array.from({ length: rows }, (_, row) =>
      [...columns.map((column) => column[row]), labels[row]].join(","),
    );
    const source = await folder.write("t.csv", ["a,b,c,d,label", ...lines].join("\n"));
    const { table } = await readTable(source, { label: "label" });
    const { model } = trainOnTable(table, { learner: "logistic", version: 1, time: 0 });
    const scores = scoreRows(model, await readColumns(source, model.features));
    expect(scores).toHaveLength(rows);
    const right = scores.filter((score, row) => score >= 0.5 === (labels[row] === 1));
    expect(right.length).toBeGreaterThan(90);
  });
});
