import { describe, expect, it } from "vitest";
import { requireBothClasses } from "../../../training/learners/learner.ts";
import { tableFrom } from "../tables.ts";

describe("requireBothClasses", () => {
  it("is content with one row of each class", () => {
    expect(() => {
      requireBothClasses(tableFrom({}, [0, 1]));
    }).not.toThrow();
  });

  it.each([
    ["nothing", [], "there is no example to learn from"],
    ["spam alone", [1, 1], "all 2 examples are spam: learning needs at least one ham too"],
    ["ham alone", [0], "all 1 examples are ham: learning needs at least one spam too"],
  ])("refuses %s", (_, labels, message) => {
    expect(() => {
      requireBothClasses(tableFrom({}, labels));
    }).toThrow(expect.objectContaining({ fault: "not-enough", message }));
  });
});
