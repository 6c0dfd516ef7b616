import { describe, expect, it } from "vitest";
import { settingsSchema } from "../../src/config/schema.ts";
import { rejectAbove, requireEnforceable } from "../../src/enforcement.ts";
import { trainOnTable } from "../../training/index.ts";
import { mixture } from "../training/tables.ts";

const table = mixture({ rows: 600, distance: 3 });
const options = { learner: "logistic", version: 7, time: 0 };
const sure = trainOnTable(table, { ...options, maxFpr: 0.05 }).model;
const unsure = trainOnTable(table, { ...options, maxFpr: 0.001 }).model;
const blind = trainOnTable(table, options).model;

function enforcing(enforce: { readonly reject_above?: number } = {}) {
  return settingsSchema.parse({ mode: "enforce", enforce });
}

describe("rejectAbove", () => {
  it("is what is configured, whatever the model", () => {
    const { enforce } = enforcing({ reject_above: 0.7 });
    expect(rejectAbove(enforce, { threshold: 0.995 })).toBe(0.7);
    expect(rejectAbove(enforce, undefined)).toBe(0.7);
  });

  it("is the model's threshold where that is above 0.99", () => {
    const { enforce } = enforcing();
    expect(rejectAbove(enforce, { threshold: 0.995 })).toBe(0.995);
    expect(rejectAbove(enforce, { threshold: 0.8 })).toBe(0.99);
  });

  it("is out of reach for a model without a threshold", () => {
    expect(rejectAbove(enforcing().enforce, { threshold: null })).toBe(Infinity);
  });
});

describe("requireEnforceable", () => {
  it.each([
    ["a model with a threshold", enforcing(), sure],
    ["a configured threshold", enforcing({ reject_above: 0.9 }), blind],
    ["another mode", settingsSchema.parse({ mode: "tag" }), undefined],
  ])("takes %s", (_, settings, model) => {
    expect(() => {
      requireEnforceable(settings, model);
    }).not.toThrow();
  });

  it.each([
    ["no model", undefined, /^mode enforce: there is no model yet\./],
    [
      "too little ham",
      unsure,
      /logistic-7 has no threshold: .* takes 2995 ham; there were \d+, so \d+ are missing\./,
    ],
    ["no wanted rate", blind, /--max-fpr/],
  ])("refuses %s with 78 and says what is missing", (_, model, message) => {
    expect(() => {
      requireEnforceable(enforcing(), model);
    }).toThrow(
      expect.objectContaining({ status: 78, message: expect.stringMatching(message) as unknown }),
    );
  });
});
