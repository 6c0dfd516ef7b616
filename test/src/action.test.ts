import { describe, expect, it } from "vitest";
import { resolveAction, type ActionPolicy } from "../../src/action.ts";
import type { Judgement } from "../../src/judgement.ts";
import { flowRecord } from "../support/flow-record.ts";

function scored(score: number): Judgement {
  const record = flowRecord();
  return { kind: "scored", score, required: 0.8, model: "logistic-1", record, features: {} };
}

const policy: ActionPolicy = {
  mode: "enforce",
  rejectAbove: 0.99,
  deferAbove: 0.95,
  letThrough: 0.01,
};

describe("resolveAction", () => {
  it.each([
    [0.995, "reject"],
    [0.99, "reject"],
    [0.96, "defer"],
    [0.85, "tag"],
    [0.2, "none"],
  ] as const)("enforces %f as %s", (score, action) => {
    expect(resolveAction(scored(score), policy, 0.5)).toEqual({ action, would: undefined });
  });

  it("defers nothing unless configured", () => {
    const without = { ...policy, deferAbove: undefined };
    expect(resolveAction(scored(0.96), without, 0.5).action).toBe("tag");
  });

  it("lets the configured share of what it refuses through, tagged, and says what it would have done", () => {
    expect(resolveAction(scored(0.995), policy, 0.0099)).toEqual({
      action: "tag",
      would: "reject",
    });
    expect(resolveAction(scored(0.995), policy, 0.01)).toEqual({
      action: "reject",
      would: undefined,
    });
  });

  it("never refuses in mode tag", () => {
    const tag = { ...policy, mode: "tag" as const };
    expect(resolveAction(scored(0.995), tag, 0.5)).toEqual({ action: "tag", would: "reject" });
    expect(resolveAction(scored(0.85), tag, 0.5)).toEqual({ action: "tag", would: undefined });
  });

  it("does nothing in mode observe", () => {
    const observe = { ...policy, mode: "observe" as const };
    expect(resolveAction(scored(0.96), observe, 0.5)).toEqual({ action: "none", would: "defer" });
    expect(resolveAction(scored(0.2), observe, 0.5)).toEqual({ action: "none", would: undefined });
  });

  it("does nothing to a mail without a score", () => {
    const unknown: Judgement = { kind: "unknown", reason: "no-flow", record: undefined };
    expect(resolveAction(unknown, policy, 0)).toEqual({ action: "none", would: undefined });
  });
});
