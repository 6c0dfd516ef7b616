import { describe, expect, it } from "vitest";
import { classDistribution } from "../../../training/report/class-distribution.ts";
import { tableFrom } from "../tables.ts";

describe("classDistribution", () => {
  it("gives the share of each class in each bin, and of what could not be observed", () => {
    const table = tableFrom(
      { other: [9, 9, 9, 9, 9, 9], a: [1, 1, 2, 2, NaN, 2] },
      [0, 0, 0, 1, 1, 1],
    );
    expect(classDistribution(table, "a")).toEqual({
      feature: "a",
      edges: [2],
      ham: [2 / 3, 1 / 3],
      spam: [0, 2 / 3],
      hamMissing: 0,
      spamMissing: 1 / 3,
    });
  });
});
