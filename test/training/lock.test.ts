import { spawnSync } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { withLock } from "../../training/lock.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();

/** The number of a process that has ended. */
function endedProcess(): number {
  return spawnSync(process.execPath, ["--version"]).pid;
}

async function left(path: string): Promise<readonly string[]> {
  return readdir(dirname(path));
}

describe("withLock", () => {
  it("does the work, gives what it gave, and leaves nothing behind", async () => {
    const path = folder.path("lock");
    expect(await withLock(path, async () => readFile(path, "utf8"))).toMatch(
      new RegExp(`^${process.pid} \\d+\\n$`),
    );
    expect(await left(path)).toEqual([]);
  });

  it("refuses a second worker while the first one is there, and names its process", async () => {
    const path = folder.path("lock");
    await withLock(path, async () => {
      await expect(withLock(path, () => Promise.resolve())).rejects.toMatchObject({
        fault: "locked",
        message: `another training is running: process ${process.pid} holds ${path}`,
      });
    });
    expect(await left(path)).toEqual([]);
  });

  it("is free again when the work has failed", async () => {
    const path = folder.path("lock");
    await expect(withLock(path, () => Promise.reject(new Error("no luck")))).rejects.toThrow(
      "no luck",
    );
    expect(await withLock(path, () => Promise.resolve(7))).toBe(7);
  });

  it.each([
    ["a process that has ended", () => `${endedProcess()} 123\n`],
    ["a later process of the same number", () => `${process.pid} 1\n`],
    ["nobody, since it was cut short", () => "12"],
  ])("takes over the lock of %s", async (_, content) => {
    const path = folder.path("lock");
    await writeFile(path, content());
    expect(await withLock(path, () => Promise.resolve(7))).toBe(7);
    expect(await left(path)).toEqual([]);
  });

  it("lets one of many through that find the same stale lock", async () => {
    const path = folder.path("lock");
    await writeFile(path, `${endedProcess()} 123\n`);
    let inside = 0;
    const work = async () => {
      inside += 1;
      expect(inside).toBe(1);
      await readFile(path);
      inside -= 1;
    };
    const attempts = await Promise.allSettled(
      Array.from({ length: 20 }, () => withLock(path, work)),
    );
    expect(attempts.some(({ status }) => status === "fulfilled")).toBe(true);
    expect(await left(path)).toEqual([]);
  });

  it("complains of a folder that is not there", async () => {
    await expect(withLock(folder.path("none/lock"), () => Promise.resolve())).rejects.toMatchObject(
      {
        fault: "unwritable",
      },
    );
  });
});
