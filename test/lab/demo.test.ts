import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CleanUp } from "../../src/demo/clean-up.ts";
import { Progress } from "../../src/demo/progress.ts";
import { runRecordedDemo } from "../../src/demo/recorded-demo.ts";
import { builtProgram } from "../../src/demo/project-files.ts";
import { canRunLab } from "../support/system.ts";

/** What the issue promises of the live demo. */
const LIVE_LIMIT_MS = 180_000;

const MAILS_OF_BOTH_BATCHES = 312;
const MAILS_OF_SECOND_BATCH = 72;

async function namespacesOf({ pid }: ChildProcess): Promise<string[]> {
  const names = await readdir("/run/netns").catch(() => []);
  return names.filter((name) => name.startsWith(`spamflow-${pid ?? 0}-`));
}

describe.runIf(canRunLab())("spamflow demo", () => {
  /** The demo's folder for temporary files, so that whatever it leaves is seen. */
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "spamflow-demo-test-"));
    await chmod(folder, 0o755);
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  function startDemo(): ChildProcess {
    const env = { ...process.env, TMPDIR: folder };
    return spawn(process.execPath, [builtProgram("main"), "demo"], { env });
  }

  async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
    let text = "";
    for await (const chunk of stream ?? []) text += String(chunk);
    return text;
  }

  it(
    "sends, learns and scores, shows what was delivered, and leaves nothing but the mails",
    async () => {
      const demo = startDemo();
      const [output, errors, [status]] = await Promise.all([
        textOf(demo.stdout),
        textOf(demo.stderr),
        once(demo, "exit") as Promise<[number]>,
      ]);
      expect(errors).toContain("Second batch");
      expect(status).toBe(0);
      const rows = output.split("\n").filter((line) => / (ham|spam) .* (Yes|No)\b/.test(line));
      expect(rows.length).toBeGreaterThanOrEqual(MAILS_OF_SECOND_BATCH - 2);
      expect(output).toMatch(/^accuracy \d+\.\d %, precision .*, recall /m);

      const [mailFolder = "", ...others] = await readdir(folder);
      expect(others).toEqual([]);
      expect(output).toContain(`The delivered mails lie in ${join(folder, mailFolder)}\n`);
      const mails = await readdir(join(folder, mailFolder));
      expect(mails.length).toBeGreaterThanOrEqual(MAILS_OF_BOTH_BATCHES - 6);
      expect(await namespacesOf(demo)).toEqual([]);
    },
    LIVE_LIMIT_MS,
  );

  it("cleans up after Ctrl-C, and ends with 130", async () => {
    const demo = startDemo();
    const ended = once(demo, "exit");
    for await (const line of createInterface({ input: demo.stderr ?? process.stdin })) {
      if (line.startsWith("First batch")) demo.kill("SIGINT");
    }
    expect((await ended)[0]).toBe(130);
    expect(await readdir(folder)).toEqual([]);
    expect(await namespacesOf(demo)).toEqual([]);
  });

  it("cleans up when nobody listens to it any more", async () => {
    const demo = startDemo();
    const ended = once(demo, "exit");
    await once(createInterface({ input: demo.stderr ?? process.stdin }), "line");
    demo.stderr?.destroy();
    expect((await ended)[0]).toBe(70);
    expect(await readdir(folder)).toEqual([]);
    expect(await namespacesOf(demo)).toEqual([]);
  });
});

describe("the demo without a lab", () => {
  it("scores each mail of the recorded second batch", async () => {
    const lines: string[] = [];
    const cleanUp = new CleanUp({
      onSignal: () => undefined,
      onFault: (what, error) => lines.push(`${what}: ${String(error)}`),
    });
    const progress = new Progress({ write: (text) => lines.push(text) });
    const rows = await runRecordedDemo({ cleanUp, progress });
    await cleanUp.run();
    expect(lines).toContain("Learning: spamflow train, from 240 labelled mails\n");
    expect(rows.length).toBe(MAILS_OF_SECOND_BATCH);
    const scored = rows.filter(({ score }) => score !== null && score >= 0 && score <= 1);
    expect(scored.length).toBe(rows.length);
    const right = rows.filter(
      ({ hostClass, verdict }) => (hostClass === "spam") === (verdict === "Yes"),
    );
    expect(right.length).toBeGreaterThan(0.6 * rows.length);
  });
});
