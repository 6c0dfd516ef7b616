import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ChildProgram } from "../../src/demo/child-program.ts";
import { builtProgram } from "../../src/demo/project-files.ts";

interface Order {
  readonly kind: "echo" | "fail" | "die";
  readonly text: string;
}

interface Report {
  readonly kind: "echoed";
  readonly text: string;
}

/** Answers an echo, fails when it is told to, and ends when it is told to die. */
function childText(): string {
  return `
    import { obeyParent } from ${JSON.stringify(builtProgram("demo/child-program"))};
    obeyParent(async ({ kind, text }, report) => {
      if (kind === "fail") throw new Error(text);
      if (kind === "die") {
        console.error(text);
        process.exit(3);
      }
      report({ kind: "echoed", text });
    });
  `;
}

describe("ChildProgram", () => {
  let folder: string;
  let child: ChildProgram<Order, Report>;
  /** Settles with the first thing that the child brings about. */
  let outcome: Promise<Report | Error>;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "spamflow-test-"));
    const file = join(folder, "child.mjs");
    await writeFile(file, childText());
    outcome = new Promise((resolve) => {
      child = new ChildProgram<Order, Report>({ file, onReport: resolve, onFailure: resolve });
    });
  });

  afterEach(async () => {
    await child.stop();
    await rm(folder, { recursive: true });
  });

  it("takes orders and reports", async () => {
    child.send({ kind: "echo", text: "hello" });
    expect(await outcome).toEqual({ kind: "echoed", text: "hello" });
  });

  it("tells why it cannot obey", async () => {
    child.send({ kind: "fail", text: "no such thing" });
    expect(await outcome).toEqual(new Error("no such thing"));
  });

  it("fails with its status and last words when it ends by itself", async () => {
    child.send({ kind: "die", text: "out of luck" });
    expect(await outcome).toEqual(new Error("child.mjs ended with 3 out of luck"));
  });

  it("ends when it is told to, which is no failure", async () => {
    child.send({ kind: "echo", text: "up" });
    await outcome;
    await child.stop();
    await child.stop();
    expect(await outcome).toEqual({ kind: "echoed", text: "up" });
  });
});
