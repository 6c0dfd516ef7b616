import { describe, expect, it } from "vitest";

import { type DecisionPoint, endsMessage, replyFor } from "../../milter/decision-reply.ts";
import type { Decision } from "../../milter/filter.ts";

const POINTS: readonly DecisionPoint[] = [
  "connect",
  "helo",
  "mail",
  "rcpt",
  "data",
  "header",
  "endOfHeaders",
  "body",
  "unknown",
  "endOfMessage",
];

function pointsThatTake(decision: Decision): DecisionPoint[] {
  return POINTS.filter((point) => {
    try {
      return replyFor(decision, { point, canSkip: true }).kind === decision.kind;
    } catch {
      return false;
    }
  });
}

describe("replyFor", () => {
  it.each(["continue", "accept", "reject", "tempfail", "shutdown"] as const)(
    "takes %s everywhere",
    (kind) => {
      expect(pointsThatTake({ kind })).toEqual(POINTS);
    },
  );

  it("takes discard only for messages, and skip only for what comes in many pieces", () => {
    expect(pointsThatTake({ kind: "discard" })).toEqual(POINTS.slice(2));
    expect(pointsThatTake({ kind: "skip" })).toEqual(["header", "body"]);
  });

  it("goes on where the MTA knows no skip", () => {
    const reply = replyFor({ kind: "skip" }, { point: "body", canSkip: false });
    expect(reply).toEqual({ kind: "continue" });
  });

  it("formats a reply", () => {
    const decision: Decision = { kind: "reply", code: 451, enhanced: "4.7.1", text: "later" };
    expect(replyFor(decision, { point: "rcpt", canSkip: true })).toEqual({
      kind: "reply-code",
      text: "451 4.7.1 later",
    });
  });

  it.each([undefined, null, {}, "accept", { kind: "constructor" }])(
    "refuses %j, which is no decision",
    (decision) => {
      const context = { point: "mail", canSkip: true } as const;
      expect(() => replyFor(decision as Decision, context)).toThrow(
        "the answer to mail is no decision",
      );
    },
  );
});

describe("endsMessage", () => {
  const ends = (kind: Exclude<Decision["kind"], "reply">) =>
    POINTS.filter((point) => endsMessage({ kind }, point));
  const inMessage = POINTS.filter((point) => !["connect", "helo", "unknown"].includes(point));

  it("is true of acceptance and discard within a message", () => {
    expect(ends("accept")).toEqual(inMessage);
    expect(ends("discard")).toEqual(inMessage);
  });

  it("is true of a refusal, but for that of one recipient", () => {
    const others = inMessage.filter((point) => point !== "rcpt");
    expect(ends("reject")).toEqual(others);
    expect(ends("tempfail")).toEqual(others);
    expect(endsMessage({ kind: "reply", code: 550, text: "no" }, "mail")).toBe(true);
    expect(endsMessage({ kind: "reply", code: 550, text: "no" }, "rcpt")).toBe(false);
  });

  it("is false of what lets the message go on", () => {
    expect(ends("continue")).toEqual([]);
    expect(ends("skip")).toEqual([]);
  });
});
