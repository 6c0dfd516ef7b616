import { describe, expect, it } from "vitest";
import { type TrainArguments, trainingJob } from "../../src/train-arguments.ts";
import { temporaryFolder } from "../training/temporary-folder.ts";

const folder = temporaryFolder();

function args(changes: Partial<TrainArguments>): TrainArguments {
  return {
    files: undefined,
    table: undefined,
    label: undefined,
    groups: undefined,
    "group-column": undefined,
    split: "time",
    "max-fpr": undefined,
    learner: "logistic",
    out: undefined,
    seed: 1,
    json: false,
    thorough: false,
    report: undefined,
    config: undefined,
    state: undefined,
    ...changes,
  };
}

describe("trainingJob", () => {
  it("trains examples into the store of the daemon", async () => {
    const config = await folder.write("spamflow.toml", 'state = "/srv/state"\n');
    expect(await trainingJob(args({ files: ["a.jsonl"], config }))).toMatchObject({
      source: { kind: "examples", files: ["a.jsonl"] },
      target: { kind: "store", state: "/srv/state", present: "/srv/state/model.json" },
      options: { learner: "logistic", seed: 1, maxFpr: undefined },
    });
  });

  it("takes the place of the model from the settings", async () => {
    const config = await folder.write("spamflow.toml", 'model = "/srv/m.json"\n');
    const { target } = await trainingJob(args({ files: ["a.jsonl"], config, state: "/s" }));
    expect(target).toEqual({ kind: "store", state: "/s", present: "/srv/m.json" });
  });

  it("trains a table into a file of its own", async () => {
    const job = await trainingJob(args({ table: "t.csv", "group-column": "who", out: "m.json" }));
    expect(job.source).toEqual({
      kind: "table",
      path: "t.csv",
      columns: { label: "label", sender: "who", senderFile: undefined },
    });
    expect(job.target).toEqual({ kind: "file", path: "m.json" });
  });

  it.each([
    ["no examples", {}, /name files/],
    ["examples and a table", { files: ["a"], table: "t", out: "m" }, /either files/],
    ["a table for the daemon", { table: "t" }, /--table wants --out/],
    [
      "two kinds of senders",
      { table: "t", out: "m", groups: "g", "group-column": "w" },
      /--groups or/,
    ],
    ["a rate above 1", { files: ["a"], "max-fpr": 1.5 }, /--max-fpr is a share/],
    ["a rate of zero", { files: ["a"], "max-fpr": 0 }, /--max-fpr is a share/],
    [
      "a random split",
      { files: ["a"], split: "random" },
      /only time is possible\. A random split puts/,
    ],
  ])("refuses %s with 64", async (_, changes, message) => {
    await expect(trainingJob(args(changes))).rejects.toMatchObject({
      status: 64,
      message: expect.stringMatching(message) as unknown,
    });
  });
});
