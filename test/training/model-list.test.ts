import { describe, expect, it } from "vitest";
import { MODEL_NAME, readModelList, writeModelList } from "../../training/model-list.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();
const entry = { name: "forest-3", version: 3, state: "aside", reason: "worse", time: 5 } as const;

describe("readModelList", () => {
  it("reads what was written", async () => {
    const path = folder.path("list.json");
    const list = { models: [entry], history: ["forest-1"] };
    await writeModelList(path, list);
    expect(await readModelList(path)).toEqual(list);
  });

  it("is empty where there is none yet", async () => {
    expect(await readModelList(folder.path("none.json"))).toEqual({ models: [], history: [] });
  });

  it.each([
    ["cut short", '{"models": [', ": not whole, or not JSON"],
    [
      "edited",
      JSON.stringify({ models: [{ ...entry, state: "best" }], history: [] }),
      ": models[0].state: ",
    ],
    [
      "with a name that leads elsewhere",
      JSON.stringify({ models: [], history: ["../x-1"] }),
      ": history[0]: ",
    ],
  ])("refuses one that is %s and names the key", async (_, text, message) => {
    const path = await folder.write("list.json", text);
    await expect(readModelList(path)).rejects.toMatchObject({
      fault: "bad-model",
      message: expect.stringContaining(path + message) as unknown,
    });
  });
});

describe("MODEL_NAME", () => {
  it.each(["forest-1", "naive-bayes-12"])("takes %s", (name) => {
    expect(MODEL_NAME.test(name)).toBe(true);
  });

  it.each(["forest", "forest-0", "../forest-1", "Forest-1", "forest-1.json", ""])(
    "refuses %s",
    (name) => {
      expect(MODEL_NAME.test(name)).toBe(false);
    },
  );
});
