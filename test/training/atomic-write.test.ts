import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { writeFileAtomically } from "../../training/atomic-write.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();

function* failingMidway(): Generator<string> {
  yield "half";
  throw new Error("out of ideas");
}

describe("writeFileAtomically", () => {
  it("writes a file that was not there, and nothing beside it", async () => {
    await writeFileAtomically(folder.path("m"), ["one ", "two"]);
    expect(await readFile(folder.path("m"), "utf8")).toBe("one two");
    expect(await readdir(folder.path("."))).toEqual(["m"]);
  });

  it("puts a new file in the place of the old, so that an open reader keeps the old whole", async () => {
    const path = await folder.write("m", "old");
    const { ino } = await stat(path);
    await writeFileAtomically(path, ["new"]);
    expect(await readFile(path, "utf8")).toBe("new");
    expect((await stat(path)).ino).not.toBe(ino);
  });

  it("leaves the old file and no other when it fails midway", async () => {
    const path = await folder.write("m", "old");
    await expect(writeFileAtomically(path, failingMidway())).rejects.toMatchObject({
      fault: "unwritable",
      message: `${path}: cannot be written: out of ideas`,
    });
    expect(await readFile(path, "utf8")).toBe("old");
    expect(await readdir(folder.path("."))).toEqual(["m"]);
  });

  it("leaves nothing behind when the last step fails", async () => {
    const path = folder.path("m");
    await mkdir(path);
    await expect(writeFileAtomically(path, ["new"])).rejects.toMatchObject({ fault: "unwritable" });
    expect(await readdir(folder.path("."))).toEqual(["m"]);
  });

  it("names the file where its folder is not there", async () => {
    const path = folder.path("none/m");
    await expect(writeFileAtomically(path, ["new"])).rejects.toMatchObject({
      message: `${path}: cannot be written: no such file`,
    });
  });
});
