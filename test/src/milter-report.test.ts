import { describe, expect, it } from "vitest";
import { reportFields } from "../../src/milter-report.ts";

describe("reportFields", () => {
  it("names the problem and its details, errors by their message", () => {
    const report = {
      kind: "handler-error",
      connection: 7,
      callback: "endOfMessage",
      error: new Error("broken"),
    } as const;
    expect(reportFields(report, 0)).toEqual({
      problem: "handler-error",
      connection: 7,
      callback: "endOfMessage",
      error: "broken",
      suppressed: undefined,
    });
  });

  it("says how many of the same kind were withheld", () => {
    expect(reportFields({ kind: "connection-refused", open: 3 }, 12)["suppressed"]).toBe(12);
  });
});
