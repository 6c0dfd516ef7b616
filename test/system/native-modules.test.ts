import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { builtFile } from "../support/built.ts";

/** Paths of the shared libraries of a process that has imported `file`. */
function librariesAfterImporting(file: string): readonly string[] {
  const program = `await import(${JSON.stringify(file)});
    process.stdout.write(JSON.stringify(process.report.getReport().sharedObjects));`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", program],
    { encoding: "utf8" },
  );
  expect(stderr).toBe("");
  return JSON.parse(stdout) as string[];
}

const NATIVE = /koffi|cap\.node|libpcap/;

describe("features/index.ts", () => {
  it("loads no native module: a host without them can extract", () => {
    const libraries = librariesAfterImporting(builtFile("features/index.ts"));
    expect(libraries.length).toBeGreaterThan(0);
    expect(libraries.filter((path) => NATIVE.test(path))).toEqual([]);
  });

  it("would be seen to load one", () => {
    expect(librariesAfterImporting("koffi").some((path) => NATIVE.test(path))).toBe(true);
  });
});
