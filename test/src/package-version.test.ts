import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { packageVersion } from "../../src/package-version.ts";

describe("packageVersion", () => {
  it("is that of package.json", () => {
    const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
    expect(packageVersion()).toBe((JSON.parse(text) as { version: string }).version);
  });
});
