import { describe, expect, it } from "vitest";

import { applyEdits, type EditedMessage } from "../../milter/applied-edits.ts";
import type { EditReply } from "../../milter/wire/replies.ts";

const MESSAGE: EditedMessage = {
  sender: "<a@example.net>",
  recipients: ["<b@example.com>", "<c@example.com>"],
  headers: [
    ["Received", "from client"],
    ["X-Test", "one"],
    ["Subject", "test"],
    ["x-test", "two"],
  ],
  body: Buffer.from("hello\r\n"),
};

function headersAfter(...edits: EditReply[]): string[] {
  return applyEdits(MESSAGE, edits).headers.map(([name, value]) => `${name}: ${value}`);
}

function change(index: number, name: string, value: string): EditReply {
  return { kind: "change-header", index, name, value };
}

function insert(index: number, name = "X-New", value = "new"): EditReply {
  return { kind: "insert-header", index, name, value };
}

describe("applyEdits", () => {
  it("leaves the message it was given as it is", () => {
    const before = structuredClone(MESSAGE.headers);
    applyEdits(MESSAGE, [change(1, "X-Test", ""), insert(0)]);
    expect(MESSAGE.headers).toEqual(before);
  });

  it("counts copies by name, as they are at that moment", () => {
    const [received, one, subject, two] = headersAfter();
    expect(headersAfter(change(2, "X-Test", ""))).toEqual([received, one, subject]);
    // Ascending, the second deletion finds nothing: this is how a forged header survives.
    expect(headersAfter(change(1, "X-Test", ""), change(2, "X-Test", ""))).toEqual([
      received,
      subject,
      two,
    ]);
    expect(headersAfter(change(2, "X-Test", ""), change(1, "X-Test", ""))).toEqual([
      received,
      subject,
    ]);
  });

  it("takes index 0 for 1, appends past the last copy, and deletes nothing there", () => {
    expect(headersAfter(change(0, "SUBJECT", "new"))[2]).toBe("SUBJECT: new");
    expect(headersAfter(change(3, "X-Test", "three")).at(-1)).toBe("X-Test: three");
    expect(headersAfter(change(3, "X-Test", ""))).toHaveLength(4);
  });

  it("does not count the Received header of the MTA itself in changes", () => {
    expect(headersAfter(change(1, "Received", "changed"))[0]).toBe("Received: changed");
  });

  it("inserts above or below it, or at the end", () => {
    expect(headersAfter(insert(0))[0]).toBe("X-New: new");
    expect(headersAfter(insert(1))[0]).toBe("X-New: new");
    expect(headersAfter(insert(2))[1]).toBe("X-New: new");
    expect(headersAfter(insert(99)).at(-1)).toBe("X-New: new");
    expect(headersAfter({ kind: "add-header", name: "X-New", value: "new" }).at(-1)).toBe(
      "X-New: new",
    );
  });

  it("hides whatever is on top from changes, once something was inserted there", () => {
    expect(headersAfter(insert(0, "Subject"), change(1, "Subject", ""))).toEqual([
      "Subject: new",
      "Received: from client",
      "X-Test: one",
      "x-test: two",
    ]);
  });

  it("changes the envelope", () => {
    const edited = applyEdits(MESSAGE, [
      { kind: "add-recipient", recipient: "<d@example.com>", arguments: undefined },
      { kind: "delete-recipient", recipient: "b@example.com" },
      { kind: "change-sender", sender: "<>", arguments: undefined },
    ]);
    expect(edited.recipients).toEqual(["<c@example.com>", "<d@example.com>"]);
    expect(edited.sender).toBe("<>");
  });

  it("replaces the body by all chunks together, and holds the message", () => {
    const edited = applyEdits(MESSAGE, [
      { kind: "replace-body", chunk: Buffer.from("good ") },
      { kind: "replace-body", chunk: Buffer.from("bye\r\n") },
      { kind: "quarantine", reason: "look" },
    ]);
    expect(edited.body.toString()).toBe("good bye\r\n");
    expect(edited.quarantine).toBe("look");
    expect(applyEdits(MESSAGE, []).body.toString()).toBe("hello\r\n");
  });
});
