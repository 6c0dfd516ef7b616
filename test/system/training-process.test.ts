import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { trainInBackground, type TrainingJob } from "../../training/index.ts";
import { builtFile } from "../support/built.ts";
import { labelledExamples } from "../support/labelled-examples.ts";
import { PROGRAM, spamflow } from "../support/spamflow-process.ts";
import { canCapture } from "../support/system.ts";

let folder = "";
let few = "";
let many = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "spamflow-background-"));
  few = join(folder, "few.jsonl");
  many = join(folder, "many.jsonl");
  await writeFile(few, labelledExamples(100));
  await writeFile(many, labelledExamples(8_000));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

function job(file: string, path: string): TrainingJob {
  return {
    source: { kind: "examples", files: [file] },
    target: { kind: "file", path },
    options: { learner: "logistic", seed: 1, time: 1_764_100_000 },
  };
}

function background(
  wanted: TrainingJob,
  options: { signal?: AbortSignal; onStep?: (step: string) => void } = {},
) {
  return trainInBackground(wanted, {
    ...options,
    program: builtFile("training/training-process.ts"),
  });
}

describe("trainInBackground", () => {
  it("gives what the training gave, and its steps on the way", async () => {
    const steps: string[] = [];
    const outcome = await background(job(few, join(folder, "a.json")), {
      onStep: (step) => steps.push(step),
    });
    expect(outcome.report).toMatchObject({ model: "logistic-1", examples: 100 });
    expect(steps[0]).toBe("reading");
  });

  it("throws what the training threw", async () => {
    const missing = job(join(folder, "none.jsonl"), join(folder, "b.json"));
    await expect(background(missing)).rejects.toMatchObject({ fault: "unreadable" });
  });

  it("runs at a low priority", async () => {
    const nice: string[] = [];
    const running = background(job(many, join(folder, "c.json")), {
      onStep: () => {
        const listed = spawnSync("ps", ["-o", "ni=,args=", "--ppid", String(process.pid)], {
          encoding: "utf8",
        });
        nice.push(...listed.stdout.split("\n").filter((line) => line.includes("training-process")));
      },
    });
    await running;
    expect(nice.length).toBeGreaterThan(0);
    for (const line of nice) expect(line.trim()).toMatch(/^10 /);
  });

  it("can be cancelled, and leaves the model that is there as it is", async () => {
    const path = join(folder, "d.json");
    await background(job(few, path));
    const before = await readFile(path);
    const controller = new AbortController();
    const running = background(job(many, path), {
      signal: controller.signal,
      onStep: () => {
        controller.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ fault: "ended" });
    expect(await readFile(path)).toEqual(before);
    // The lock of the process that was killed does not keep the next one out.
    expect((await background(job(few, path))).report.model).toBe("logistic-2");
  });
});

describe("spamflow train", () => {
  it("refuses a second training of the same store with 69", async () => {
    const state = join(folder, "two");
    const first = spawn(process.execPath, [PROGRAM, "train", many, "--state", state], {
      stdio: "ignore",
    });
    while (!existsSync(join(state, "models", "lock")) && first.exitCode === null)
      await new Promise((resolve) => setImmediate(resolve));
    const second = await spamflow(["train", few, "--state", state]);
    expect(second.stderr).toMatch(/^spamflow: another training is running: process \d+ holds /);
    expect(second.status).toBe(69);
    await once(first, "exit");
    expect(first.exitCode).toBe(0);
  });

  it("ends with its training when it is told to", async () => {
    const state = join(folder, "told");
    const child = spawn(process.execPath, [PROGRAM, "train", many, "--state", state], {
      stdio: "ignore",
    });
    while (!existsSync(join(state, "models", "lock")) && child.exitCode === null)
      await new Promise((resolve) => setImmediate(resolve));
    child.kill("SIGTERM");
    await once(child, "exit");
    expect(child.exitCode).toBe(69);
    expect(existsSync(join(state, "model.json"))).toBe(false);
    expect((await spamflow(["train", few, "--state", state])).status).toBe(0);
  });

  it.runIf(canCapture())(
    "ends with 73 on a full disk and leaves the present model as it was",
    () => {
      // A file system of 128 kB in a mount namespace of its own, filled to the brim once the first model is there.
      const script = `
      mount -t tmpfs -o size=128k none ${folder}/disk && cd ${folder}/disk || exit 99
      ${process.execPath} ${PROGRAM} train ${few} --out model.json >/dev/null || exit 98
      cp model.json ${folder}/before.json
      cat /dev/zero > filler 2>/dev/null
      ${process.execPath} ${PROGRAM} train ${few} --out model.json; status=$?
      cmp model.json ${folder}/before.json || exit 97
      ls; exit $status`;
      spawnSync("mkdir", [join(folder, "disk")]);
      const { status, stderr, stdout } = spawnSync("unshare", ["-m", "sh", "-c", script], {
        encoding: "utf8",
      });
      expect(stderr).toMatch(/spamflow: .*cannot be written: no space left on the device/);
      expect(status).toBe(73);
      expect(stdout.trim().split("\n").sort()).toEqual(["filler", "model.json"]);
    },
  );

  it("leaves nothing but the model beside it", async () => {
    const place = join(folder, "alone");
    spawnSync("mkdir", [place]);
    await spamflow(["train", few, "--out", join(place, "model.json")]);
    expect(await readdir(place)).toEqual(["model.json"]);
  });
});
