import { describe, expect, it } from "vitest";
import { readExamples } from "../../training/read-examples.ts";
import { example } from "./examples.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();
const spam = example({ label: "spam" });

describe("readExamples", () => {
  it("reads one example a line", async () => {
    const lines = [example(), spam].map((value) => `${JSON.stringify(value)}\n`);
    const path = await folder.write("e.jsonl", lines.join("\n"));
    expect(await readExamples(path)).toEqual([example(), spam]);
  });

  it("reads no example of an empty file", async () => {
    expect(await readExamples(await folder.write("e.jsonl", ""))).toEqual([]);
  });

  it.each([
    ["what is not JSON", "{", /e\.jsonl:2: not JSON$/],
    ["what is no example", '{"label":"spam"}', /e\.jsonl:2: client: /],
  ])("refuses %s with file and line", async (_, line, message) => {
    const path = await folder.write("e.jsonl", `${JSON.stringify(spam)}\n${line}\n`);
    await expect(readExamples(path)).rejects.toMatchObject({
      fault: "bad-example",
      message: expect.stringMatching(message) as unknown,
    });
  });

  it("names a file that is not there", async () => {
    await expect(readExamples(folder.path("none"))).rejects.toMatchObject({ fault: "unreadable" });
  });
});
