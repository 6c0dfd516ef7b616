import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import {
  configurationDocument,
  dumpSettings,
  initialConfiguration,
} from "../../../src/config/document.ts";
import { parseSettings } from "../../../src/config/load.ts";
import { settingRows } from "../../../src/config/schema.ts";

describe("settingRows", () => {
  it("has a meaning for every setting", () => {
    expect(settingRows().filter(({ meaning }) => meaning.length < 20)).toEqual([]);
    expect(settingRows().map(({ key }) => key)).toContain("capture.ports");
  });
});

describe("initialConfiguration", () => {
  it("changes nothing as it stands", () => {
    expect(parseSettings(initialConfiguration(), "f")).toEqual(parseSettings("", "f"));
  });

  it("is valid with every default taken in", () => {
    const taken = initialConfiguration().replace(/^# (\w+ = .+)$/gm, "$1");
    expect(taken).not.toBe(initialConfiguration());
    expect(parseSettings(taken, "f")).toEqual(parseSettings("", "f"));
  });
});

describe("dumpSettings", () => {
  it("prints a file that gives the same settings again", () => {
    const settings = parseSettings('mode = "enforce"\n[scoring]\nrequired = 0.9\n', "f");
    expect(parseSettings(dumpSettings(settings), "f")).toEqual(settings);
  });
});

describe("docs/configuration.md", () => {
  it("is what `npm run docs` writes", async () => {
    const file = new URL("../../../docs/configuration.md", import.meta.url);
    expect(await readFile(file, "utf8")).toBe(configurationDocument());
  });
});
