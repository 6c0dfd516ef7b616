import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { featureDocument } from "../../../features/extract/feature-document.ts";
import { FEATURES } from "../../../features/extract/feature-table.ts";

const PAGE = join(import.meta.dirname, "..", "..", "..", "docs", "features.md");

describe("docs/features.md", () => {
  it("is what the feature table makes", () => {
    expect(readFileSync(PAGE, "utf8")).toBe(featureDocument());
  });
});

describe("featureDocument", () => {
  it("has a row for each feature, with all that the table says of it", () => {
    const rows = featureDocument().split("\n");
    for (const { name, unit, meaning, absent, source } of FEATURES) {
      expect(rows).toContain(`| \`${name}\` | ${unit} | ${meaning} | ${absent} | ${source} |`);
    }
  });
});
