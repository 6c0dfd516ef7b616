import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { TrainingError, unreadable, unwritable } from "../../training/errors.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();

describe("TrainingError", () => {
  it("carries its fault and its cause", () => {
    const cause = new Error("inner");
    const error = new TrainingError("bad-model", "model.json: format", { cause });
    expect(error).toMatchObject({ fault: "bad-model", message: "model.json: format", cause });
  });
});

describe("unreadable", () => {
  it("names a file that does not exist", async () => {
    const path = folder.path("none.json");
    const cause: unknown = await readFile(path).catch((error: unknown) => error);
    expect(unreadable(path, cause)).toMatchObject({
      fault: "unreadable",
      message: `${path}: no such file`,
    });
  });

  it("names a folder where a file was wanted", async () => {
    const cause: unknown = await readFile(folder.path(".")).catch((error: unknown) => error);
    expect(unreadable("examples", cause).message).toBe("examples: is a directory");
  });

  it("tells what was thrown even where it is no Error", () => {
    expect(unreadable("examples", "odd").message).toBe("examples: odd");
  });
});

describe("unwritable", () => {
  it("keeps the words of the system where it has none of its own", () => {
    const error = unwritable("model.json", new Error("ENOSPC: no space left on device, write"));
    expect(error.fault).toBe("unwritable");
    expect(error.message).toBe(
      "model.json: cannot be written: ENOSPC: no space left on device, write",
    );
  });
});
