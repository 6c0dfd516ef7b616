import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { PROGRAM } from "../support/spamflow-process.ts";

const SETUP = fileURLToPath(new URL("../../packaging/setup.mjs", import.meta.url));

/** Makes a program believe that it runs under another Node. */
function underNode(version: string, file: string, ...args: readonly string[]) {
  const versions = `{value:{...process.versions,node:"${version}"}}`;
  const pretend = `data:text/javascript,Object.defineProperty(process,"versions",${versions})`;
  return spawnSync(process.execPath, ["--import", pretend, file, ...args], { encoding: "utf8" });
}

describe("an older Node", () => {
  it.each([
    ["18.20.8", PROGRAM],
    ["20.18.3", PROGRAM],
    ["18.20.8", SETUP],
    ["20.18.3", SETUP],
  ])("%s gets one line and 69", (version, file) => {
    const { status, stderr } = underNode(version, file);
    expect(stderr).toMatch(/^\w+: Node >= ?20\.19 is needed, this is [\d.]+\n$/);
    expect(stderr).toContain(version);
    expect(status).toBe(69);
  });

  it.each(["20.19.0", "22.3.0", "24.0.0"])("is not %s", (version) => {
    const { status, stdout } = underNode(version, PROGRAM, "--version");
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(status).toBe(0);
  });
});
