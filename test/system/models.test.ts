import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadModel, saveModel } from "../../training/index.ts";
import { labelledExamples } from "../support/labelled-examples.ts";
import { spamflow } from "../support/spamflow-process.ts";

let state = "";
beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), "spamflow-models-"));
  const examples = join(state, "examples.jsonl");
  await writeFile(examples, labelledExamples(800));
  const train = ["train", examples, "--learner", "logistic", "--state", state];
  expect((await spamflow(train)).stdout).toContain("logistic-1: in force: log loss");
  // The same examples once more: nothing is newer, so the second model waits.
  expect((await spamflow(train)).stdout).toContain("logistic-2: waits: 0 newer examples");
});
afterAll(async () => {
  await rm(state, { recursive: true });
});

function models(...args: readonly string[]) {
  return spamflow(["models", ...args, "--state", state]);
}

async function present(): Promise<string> {
  return (await loadModel(join(state, "model.json"))).name;
}

/** Kept mails with scores of the model in force, whose handshakes take `times` as long as in the training. */
async function keepMails(times: number): Promise<void> {
  const model = await loadModel(join(state, "model.json"));
  const lines = labelledExamples(600)
    .trim()
    .split("\n")
    .map((line, i) => {
      const { features } = JSON.parse(line) as { features: Record<string, number> };
      const changed = { ...features, handshake_rtt: (features["handshake_rtt"] ?? 0) * times };
      const id = i.toString(16).padStart(12, "0");
      const score = model.probability(changed);
      const mail = {
        id,
        time: i,
        queue_id: "Q",
        message_id: null,
        client: null,
        host: "mx",
        schema: 1,
      };
      return JSON.stringify({
        ...mail,
        verdict: "No",
        score,
        required: 0.8,
        model: model.name,
        reason: null,
        action: "none",
        features: changed,
      });
    });
  await writeFile(join(state, "mails.jsonl"), `${lines.join("\n")}\n`);
}

describe("spamflow models", () => {
  it("lists what is kept and marks the one in force", async () => {
    const { stdout, status } = await models("list");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ {2}logistic-2 .* waiting .*\n> logistic-1 .* promoted /);
    const json = JSON.parse((await models("list", "--json")).stdout) as { present: boolean }[];
    expect(json.map((one) => one.present)).toEqual([false, true]);
  });

  it("shows one, and two beside each other", async () => {
    expect((await models("show", "logistic-1")).stdout).toMatch(/^model +logistic-1\n/);
    expect((await models("diff", "logistic-2")).stdout).toMatch(/^model +logistic-2 +logistic-1\n/);
  });

  it("puts one in force by hand, and goes back", async () => {
    expect((await models("promote", "logistic-2")).stdout).toBe("logistic-2 is in force\n");
    expect(await present()).toBe("logistic-2");
    expect((await models("rollback")).stdout).toBe("logistic-1 is in force again\n");
    expect(await present()).toBe("logistic-1");
    const { status, stderr } = await models("rollback");
    expect(stderr).toMatch(/^spamflow: no model was in force before/);
    expect(status).toBe(66);
  });

  it("ends with 66 at a name that is not there, and tells those that are", async () => {
    const { status, stderr } = await models("promote", "logistic-9");
    expect(stderr).toMatch(/no model is named "logistic-9": there are logistic-2, logistic-1/);
    expect(status).toBe(66);
  });

  it("warns of a feature that has moved, and of none where none has", async () => {
    await keepMails(1);
    expect((await models("drift")).stdout).toMatch(/^the last 600 mails are like those/);
    await keepMails(20);
    expect((await models("drift")).stdout).toMatch(/^warning: .* in .*handshake_rtt/);
  });

  it("knows why a mail got its score by the model that gave it, also a former one", async () => {
    await keepMails(1);
    const why = ["why", "0".repeat(12), "--state", state];
    expect((await spamflow(why)).stdout).toMatch(/\n {2}\+\d\.\d\d {2}handshake_rtt /);
    await models("promote", "logistic-2");
    const { stdout } = await spamflow([...why, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      model: "logistic-1",
      explanation: { contributions: expect.arrayContaining([]) as unknown },
    });
  });

  it("leaves a model from another hand alone that is damaged, with its place", async () => {
    const path = join(state, "model.json");
    const whole = await readFile(path, "utf8");
    await writeFile(path, whole.slice(0, 500));
    const { status, stderr } = await models("list");
    expect(stderr).toContain(`${path}: not whole, or not JSON`);
    expect(status).toBe(65);
    await saveModel(path, await loadModel(join(state, "models", "logistic-1.json")));
    expect((await models("list")).status).toBe(0);
  });
});
