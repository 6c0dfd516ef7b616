import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { planDemo } from "../../../src/demo/batches.ts";
import type { HostClasses } from "../../../src/demo/flow-objects.ts";
import { RECORDED_FOLDER } from "../../../src/demo/project-files.ts";
import { readHostClasses, recordedCapture, writeHostClasses } from "../../../src/demo/recording.ts";

/** All that ships with the project for the demo without a lab. */
const MAX_RECORDED_BYTES = 1_000_000;

describe("host classes", () => {
  it("come back as they were written", async () => {
    const folder = await mkdtemp(join(tmpdir(), "spamflow-test-"));
    const classes: HostClasses = new Map([["10.99.16.7", "spam"]]);
    try {
      await writeHostClasses(folder, classes);
      expect(await readHostClasses(folder)).toEqual(classes);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("the recorded demo", () => {
  it("knows the hosts of the live one", async () => {
    expect(await readHostClasses(RECORDED_FOLDER)).toEqual(planDemo(true).classes);
  });

  it("is small", async () => {
    const captures = ["first", "second"].map((batch) => recordedCapture(RECORDED_FOLDER, batch));
    const sizes = await Promise.all(captures.map(async (file) => (await stat(file)).size));
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MAX_RECORDED_BYTES);
  });
});
