import { describe, expect, it } from "vitest";
import { refusal } from "../../src/refusal.ts";

describe("refusal", () => {
  it.each([
    ["reject", 550, "5.7.1"],
    ["defer", 451, "4.7.1"],
  ] as const)("answers %s with %i %s and the queue id", (action, code, enhanced) => {
    const decision = refusal(action, "4BENCH01");
    expect(decision).toMatchObject({ kind: "reply", code, enhanced });
    expect(decision.kind === "reply" && decision.text).toContain("4BENCH01");
  });
});
