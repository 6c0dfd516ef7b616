import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { RECORDED_FOLDER, builtProgram } from "../../../src/demo/project-files.ts";

describe("builtProgram", () => {
  it("says what to do when the program has not been built", () => {
    expect(() => builtProgram("no-such-program")).toThrow(
      /dist\/src\/no-such-program\.js is missing: npm run build makes it/,
    );
  });
});

describe("RECORDED_FOLDER", () => {
  it("is there", () => {
    expect(existsSync(RECORDED_FOLDER)).toBe(true);
  });
});
