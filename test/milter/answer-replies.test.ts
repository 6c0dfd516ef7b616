import { describe, expect, it } from "vitest";

import { type AnswerContext, repliesFor } from "../../milter/answer-replies.ts";
import type { Action, Answer, Edit } from "../../milter/filter.ts";

const everything: AnswerContext = { can: () => true, countOf: () => 1 };

function only(...actions: Action[]): AnswerContext {
  return { can: (action) => actions.includes(action), countOf: () => 1 };
}

function editsOf(edits: readonly Edit[], context = everything) {
  return repliesFor({ edits, decision: { kind: "accept" } }, context).edits;
}

/** An answer as plain JavaScript may give it. */
function withEdit(edit: object): object {
  return { edits: [edit], decision: { kind: "accept" } };
}

const NO_TEXT = /^[a-z-]+: its \w+ is no text$/;

describe("repliesFor", () => {
  it("sends deletions and changes of headers before everything else", () => {
    const kinds = editsOf([
      { kind: "insert-header", index: 0, name: "X", value: "v" },
      { kind: "quarantine", reason: "look" },
      { kind: "delete-headers", name: "X" },
      { kind: "add-header", name: "Y", value: "v" },
      { kind: "change-header", index: 1, name: "Subject", value: "v" },
    ]).map(({ kind }) => kind);
    expect(kinds).toEqual([
      "change-header",
      "change-header",
      "insert-header",
      "quarantine",
      "add-header",
    ]);
  });

  it("cuts a new body into chunks that every MTA takes", () => {
    const body = Buffer.alloc(65_535 * 2 + 1, "x");
    const lengths = editsOf([{ kind: "replace-body", body }]).map((reply) =>
      reply.kind === "replace-body" ? reply.chunk.length : undefined,
    );
    expect(lengths).toEqual([65_535, 65_535, 1]);
    expect(editsOf([{ kind: "replace-body", body: new Uint8Array(0) }])).toHaveLength(1);
  });

  it("respects where a view of bytes begins", () => {
    const body = new Uint8Array(Buffer.from("..text")).subarray(2);
    expect(editsOf([{ kind: "replace-body", body }])).toEqual([
      { kind: "replace-body", chunk: Buffer.from("text") },
    ]);
  });

  it("passes on changes of the envelope", () => {
    expect(
      editsOf([
        { kind: "add-recipient", recipient: "<a@b>" },
        { kind: "add-recipient", recipient: "<c@d>", arguments: "NOTIFY=NEVER" },
        { kind: "delete-recipient", recipient: "<e@f>" },
        { kind: "change-sender", sender: "<>" },
      ]),
    ).toEqual([
      { kind: "add-recipient", recipient: "<a@b>", arguments: undefined },
      { kind: "add-recipient", recipient: "<c@d>", arguments: "NOTIFY=NEVER" },
      { kind: "delete-recipient", recipient: "<e@f>" },
      { kind: "change-sender", sender: "<>", arguments: undefined },
    ]);
  });

  it.each<[Edit, Action]>([
    [{ kind: "delete-headers", name: "X" }, "change-headers"],
    [{ kind: "change-header", index: 1, name: "X", value: "v" }, "change-headers"],
    [{ kind: "insert-header", index: 0, name: "X", value: "v" }, "add-headers"],
    [{ kind: "add-header", name: "X", value: "v" }, "add-headers"],
    [{ kind: "add-recipient", recipient: "<a@b>" }, "recipients"],
    [{ kind: "delete-recipient", recipient: "<a@b>" }, "recipients"],
    [{ kind: "change-sender", sender: "<a@b>" }, "change-sender"],
    [{ kind: "replace-body", body: Buffer.from("x") }, "change-body"],
    [{ kind: "quarantine", reason: "x" }, "quarantine"],
  ])("allows %j with the action %s and not without", (edit, action) => {
    expect(editsOf([edit], only(action))).toHaveLength(1);
    expect(() => editsOf([edit], only())).toThrow(`${edit.kind} needs the action ${action}`);
  });

  it.each<[string, Edit]>([
    ["recipient", { kind: "add-recipient", recipient: "<a@b>\r\nX: y" }],
    ["recipient arguments", { kind: "add-recipient", recipient: "<a@b>", arguments: "A\0B" }],
    ["recipient", { kind: "delete-recipient", recipient: "\0" }],
    ["sender", { kind: "change-sender", sender: "<a@b>\n" }],
    ["quarantine reason", { kind: "quarantine", reason: "a\x7f" }],
  ])("refuses control characters in a %s", (what, edit) => {
    expect(() => editsOf([edit])).toThrow(new RegExp(`^${what} .* has control characters$`));
  });

  it.each<[string, unknown, string | RegExp]>([
    ["nothing", undefined, "an answer without a decision"],
    ["null", null, "an answer without a decision"],
    ["no decision", { edits: [] }, "an answer without a decision"],
    ["a skip", { decision: { kind: "skip" } }, "skip is not for endOfMessage"],
    ["a value that is a number", withEdit({ kind: "add-header", name: "X", value: 5 }), NO_TEXT],
    ["a missing value", withEdit({ kind: "insert-header", index: 0, name: "X" }), NO_TEXT],
    ["a name that is no text", withEdit({ kind: "delete-headers", name: null }), NO_TEXT],
    ["a missing recipient", withEdit({ kind: "add-recipient" }), NO_TEXT],
    [
      "arguments that are no text",
      withEdit({ kind: "change-sender", sender: "<>", arguments: [] }),
      NO_TEXT,
    ],
    ["an edit that there is not", { edits: [{ kind: "toString" }], decision: {} }, "is no edit"],
    [
      "two bodies",
      {
        edits: [
          { kind: "replace-body", body: Buffer.from("a") },
          { kind: "replace-body", body: Buffer.from("b") },
        ],
        decision: { kind: "accept" },
      },
      "the body is replaced twice",
    ],
  ])("refuses %s", (_, answer, problem) => {
    expect(() => repliesFor(answer as Answer, everything)).toThrow(problem);
  });
});
