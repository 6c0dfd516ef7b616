/** Short forms of `npm run soak`: the milter in a process of its own, under peers and filters that misbehave. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

const PROGRAM = fileURLToPath(new URL("../../bench/soak.mjs", import.meta.url));

interface Run {
  readonly status: number;
  readonly output: string;
}

function soak(...words: readonly string[]): Promise<Run> {
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, ...words], (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), output: `${stdout}${stderr}` });
    });
  });
}

describe("a soak", () => {
  it("finds that a milter gives back all that 4,000 transactions took, however they ended", async () => {
    const { status, output } = await soak("milter", "--transactions", "4000");
    expect(status, output).toBe(0);
    expect(output).toContain("4000 transactions, 0 answered wrongly");
    expect(output).toMatch(/contexts of the filter +0 +0 +0 +ok/);
  });

  it("finds that it survives 20 rounds of every hostile input, and serves a good message after each", async () => {
    const { status, output } = await soak("badinput", "--rounds", "20");
    expect(status, output).toBe(0);
    expect(output).toMatch(/^20 rounds of 1\d\d inputs, 0 problems$/m);
    expect(output).toMatch(/faults that nobody caught +0 +0 +0 +ok/);
  });

  it.each([
    ["milter", "--transactions", "500"],
    ["badinput", "--rounds", "1"],
  ])("notices a leak of 16 KiB a connection (%s)", async (...words) => {
    const { status, output } = await soak(...words, "--leak", "16384");
    expect(status, output).toBe(1);
    expect(output).toMatch(/^buffers after collection.* GROWN$/m);
  });

  it.each([
    [["nothing"], "soak milter|badinput, not nothing"],
    [["milter", "--transactions", "-1"], "--transactions"],
    [["milter", "--connections", "0"], "--connections 0: a whole number from 1"],
    [["milter", "--rounds", "1"], "--rounds"],
  ])("refuses %j", async (words, problem) => {
    const { status, output } = await soak(...words);
    expect([status, output]).toEqual([64, expect.stringContaining(problem)]);
  });
});
