import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { loadModel } from "../../training/model-file.ts";
import { runJob, type TrainingJob } from "../../training/training-job.ts";
import { mixedExamples } from "./examples.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();
const OPTIONS = { learner: "logistic", seed: 1, time: 1_764_100_000 };

async function examples(rows = 300): Promise<TrainingJob["source"]> {
  const lines = mixedExamples({ rows, distance: 3 }).map((one) => JSON.stringify(one));
  return { kind: "examples", files: [await folder.write("examples.jsonl", lines.join("\n"))] };
}

function run(source: TrainingJob["source"], target: TrainingJob["target"], steps: string[] = []) {
  return runJob({ source, target, options: OPTIONS }, (step) => steps.push(step));
}

describe("runJob", () => {
  it("writes a model into a file, the next version of what is there, and tells its steps", async () => {
    const target = { kind: "file", path: folder.path("m.json") } as const;
    const source = await examples();
    const steps: string[] = [];
    expect(await run(source, target, steps)).toMatchObject({ file: target.path, decision: null });
    expect((await run(source, target)).report.model).toBe("logistic-2");
    expect((await loadModel(target.path)).name).toBe("logistic-2");
    expect(steps).toEqual([
      "reading",
      "judging on the newest examples",
      "learning from all examples",
    ]);
  });

  it("puts a model of the store in force, or says where it is kept", async () => {
    const target = {
      kind: "store",
      state: folder.path("s"),
      present: folder.path("m.json"),
    } as const;
    const source = await examples();
    expect(await run(source, target)).toMatchObject({
      decision: { kind: "promoted" },
      file: target.present,
    });
    expect(await run(source, target)).toMatchObject({
      decision: { kind: "waiting" },
      file: folder.path("s/models/logistic-2.json"),
    });
  });

  it("says which columns of a table it left out", async () => {
    const rows = Array.from({ length: 40 }, (_, row) => `mx,${row},7,${row % 2}`);
    const path = await folder.write("t.csv", ["host,a,same,label", ...rows].join("\n"));
    const source = { kind: "table", path, columns: { label: "label" } } as const;
    const { leftOut } = await run(source, { kind: "file", path: folder.path("m.json") });
    expect(leftOut).toEqual([
      { why: "not numeric", columns: ["host"] },
      { why: "the same in every row", columns: ["same"] },
    ]);
  });

  it("leaves the model that is there as it is where the examples are bad", async () => {
    const path = folder.path("m.json");
    await run(await examples(), { kind: "file", path });
    const before = await readFile(path);
    const bad = await examples(30);
    await writeFile(folder.path("examples.jsonl"), "{}\n", { flag: "a" });
    await expect(run(bad, { kind: "file", path })).rejects.toMatchObject({ fault: "bad-example" });
    expect(await readFile(path)).toEqual(before);
  });
});
