import { writeFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Line, MAX_LINE_BYTES, readLines } from "../../training/lines.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();

async function linesOf(path: string): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for await (const line of readLines(path, "bad-table")) lines.push(line);
  return lines;
}

describe("readLines", () => {
  it("numbers the lines from 1 and passes over blank ones", async () => {
    const path = await folder.write("a", "one\n\n  \r\ntwo\r\nthree");
    expect(await linesOf(path)).toEqual([
      { number: 1, text: "one" },
      { number: 4, text: "two" },
      { number: 5, text: "three" },
    ]);
  });

  it("yields nothing of an empty file", async () => {
    expect(await linesOf(await folder.write("a", ""))).toEqual([]);
  });

  it("drops a byte order mark", async () => {
    expect(await linesOf(await folder.write("a", "\ufeffname\n"))).toEqual([
      { number: 1, text: "name" },
    ]);
  });

  it("yields what was written, whatever the characters and wherever a read ends", async () => {
    const path = folder.path("a");
    const line = fc.string({ unit: "grapheme" }).map((text) => `x${text.replace(/[\r\n]/g, "")}`);
    const long = fc.integer({ min: 60_000, max: 140_000 }).map((length) => "ü".repeat(length));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(line, long), { maxLength: 5 }), async (texts) => {
        await writeFile(path, texts.join("\n"));
        expect((await linesOf(path)).map(({ text }) => text)).toEqual(texts);
      }),
      { numRuns: 30 },
    );
  });

  it("takes a line of the largest size and refuses a longer one with its place", async () => {
    const largest = "x".repeat(MAX_LINE_BYTES);
    expect(await linesOf(await folder.write("a", `${largest}\n`))).toHaveLength(1);
    const path = await folder.write("b", `first\n${largest}x\n`);
    await expect(linesOf(path)).rejects.toMatchObject({
      fault: "bad-table",
      message: `${path}:2: the line is longer than ${MAX_LINE_BYTES} bytes`,
    });
  });

  it("refuses a line that never ends long before it is read whole", async () => {
    const path = await folder.write("a", Buffer.alloc(4 * MAX_LINE_BYTES, "x"));
    await expect(linesOf(path)).rejects.toMatchObject({ fault: "bad-table" });
  });

  it("refuses what is not UTF-8, with its place", async () => {
    const path = await folder.write("a", Buffer.from([0x61, 0x0a, 0xff, 0xfe, 0x0a]));
    await expect(linesOf(path)).rejects.toMatchObject({
      message: `${path}:2: not a line of UTF-8 text`,
    });
  });

  it("names a file that is not there", async () => {
    const path = folder.path("none");
    await expect(linesOf(path)).rejects.toMatchObject({
      fault: "unreadable",
      message: `${path}: no such file`,
    });
  });
});
