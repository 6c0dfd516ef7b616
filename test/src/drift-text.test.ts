import { describe, expect, it } from "vitest";
import { driftText } from "../../src/drift-text.ts";

const drifts = [
  { name: "client_max_idle", stability: 0.4 },
  { name: "score", stability: 0.12 },
];

describe("driftText", () => {
  it("warns with the name of what has moved", () => {
    expect(driftText(drifts, 500).split("\n")).toEqual([
      "warning: the last 500 mails differ from those of the training in client_max_idle",
      "population stability index (from 0.25 on much has changed)",
      "  client_max_idle  0.400  moved",
      "  score            0.120",
      "",
    ]);
  });

  it("says so where nothing has", () => {
    expect(driftText(drifts.slice(1), 500)).toMatch(/^the last 500 mails are like those/);
  });

  it("does not tell chance from drift in few mails", () => {
    expect(driftText(drifts, 199)).toBe(
      "199 mails are too few to tell drift from chance: 200 are needed\n",
    );
  });
});
