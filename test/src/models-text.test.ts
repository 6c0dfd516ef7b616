import { describe, expect, it } from "vitest";
import { diffText, listText, modelText } from "../../src/models-text.ts";
import { type ListedModel, trainOnTable } from "../../training/index.ts";
import { mixture } from "../training/tables.ts";

const options = { learner: "logistic", time: 1_764_100_000 };
const table = mixture({ rows: 200, distance: 2 });
const first = trainOnTable(table, { ...options, version: 1 }).model;
const wider = { ...table, names: ["feature_0", "feature_1", "feature_2", "other"] };
const second = trainOnTable(wider, { ...options, version: 2, maxFpr: 0.001 }).model;

const entry: ListedModel = {
  name: "logistic-2",
  version: 2,
  state: "aside",
  reason: "AUC 0.7 against 0.8",
  time: 1_764_100_000,
};

describe("listText", () => {
  it("marks the model in force and says of each why it is where it is", () => {
    const former = { ...entry, name: "logistic-1", state: "promoted", reason: "better" } as const;
    expect(listText([entry, former], "logistic-1").split("\n")).toEqual([
      "  logistic-2  2025-11-25T19:46Z  aside     AUC 0.7 against 0.8",
      "> logistic-1  2025-11-25T19:46Z  promoted  better",
      "",
    ]);
  });

  it("knows of a model that came from outside, and of none at all", () => {
    expect(listText([], "forest-3")).toBe("> forest-3  (not of the store)\n");
    expect(listText([], undefined)).toBe("no model is kept\n");
  });
});

describe("modelText", () => {
  it("tells of examples, threshold and figures", () => {
    const text = modelText(second);
    expect(text).toMatch(/^model +logistic-2\n/);
    expect(text).toMatch(/\nexamples +200\n/);
    expect(text).toMatch(/\nAUC +0\.\d{3}\n/);
    expect(text).toMatch(/\nlogistic-2: threshold none: .* are missing\n$/);
  });
});

describe("diffText", () => {
  it("sets two models side by side and names the features that differ", () => {
    const text = diffText(first, second);
    expect(text).toMatch(/^model +logistic-1 +logistic-2\n/);
    expect(text).toMatch(/\n\+ other\n- feature_3\n$/);
  });

  it("says so where the features are the same", () => {
    expect(diffText(first, first)).toMatch(/\nthe same features\n$/);
  });
});
