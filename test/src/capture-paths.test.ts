import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { capturePaths } from "../../src/capture-paths.ts";

let folder = "";
const NAMES = [
  "b.pcap",
  "a.pcap.gz",
  "c.pcapng",
  "d.cap",
  "e.pcap1",
  "notes.txt",
  ".h.pcap",
  "[x].pcap",
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "spamflow-paths-"));
  for (const name of NAMES) await writeFile(join(folder, name), "");
  await mkdir(join(folder, "empty.pcap"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function found(...named: readonly string[]): Promise<string[]> {
  const paths = await capturePaths(named.map((name) => join(folder, name)));
  return paths.map((path) => path.slice(folder.length + 1));
}

describe("capturePaths", () => {
  it("takes a folder for the captures in it, by name", async () => {
    expect(await found("")).toEqual([
      ".h.pcap",
      "[x].pcap",
      "a.pcap.gz",
      "b.pcap",
      "c.pcapng",
      "d.cap",
      "e.pcap1",
    ]);
  });

  it.each([
    ["*.pcap", ["[x].pcap", "b.pcap"]],
    ["?.pcap*", ["a.pcap.gz", "b.pcap", "c.pcapng", "e.pcap1"]],
    ["[*", ["[x].pcap"]],
    [".*", [".h.pcap"]],
  ])("takes the pattern %s as a shell does", async (pattern, expected) => {
    expect(await found(pattern)).toEqual(expected);
  });

  it("leaves other names as they are, in their order, missing ones too", async () => {
    expect(await found("missing.pcap", "b.pcap")).toEqual(["missing.pcap", "b.pcap"]);
    expect(await capturePaths(["/dev/stdin"])).toEqual(["/dev/stdin"]);
  });

  it.each(["empty.pcap", "*.nothing"])("complains of %s, where there is none", async (name) => {
    await expect(found(name)).rejects.toMatchObject({
      status: 66,
      message: `${join(folder, name)}: no capture there`,
    });
  });
});
