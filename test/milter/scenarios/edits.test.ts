/** Changes of a message, and answers with texts of any kind, as an MTA makes them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { HeaderField } from "../../../milter/applied-edits.ts";
import type { Action, Answer, Decision, Edit, Filter } from "../../../milter/filter.ts";
import { POSTFIX_OFFER } from "../../../milter/wire/codes.ts";
import { EVENT_NAMES } from "../../../milter/wishes.ts";
import {
  END,
  expectGoodTransaction,
  GOOD_MESSAGE,
  MAIL,
  OFFER_WITHOUT_FLAGS,
  EVENTS_IN_ORDER,
  RawPeer,
} from "../support/raw-peer.ts";
import { serve } from "../support/served.ts";

const ALL_ACTIONS: readonly Action[] = [
  "add-headers",
  "change-headers",
  "change-body",
  "recipients",
  "change-sender",
  "quarantine",
];

/** Gives what `next` holds as its answer, the first time; then it continues. */
function answering(actions: readonly Action[] = ALL_ACTIONS) {
  const next: { answer?: Answer } = {};
  const filter: Filter<null> = {
    open: () => null,
    actions,
    endOfMessage: () => {
      const answer = next.answer ?? { decision: { kind: "continue" } };
      delete next.answer;
      return answer;
    },
  };
  return { filter, next };
}

/** The headers of a message with these, as they are delivered after these edits. */
async function delivered(headers: readonly HeaderField[], ...edits: readonly Edit[]) {
  const { filter, next } = answering();
  const served = await serve(filter, "unix");
  next.answer = { edits, decision: { kind: "continue" } };
  const mta = await served.client();
  const { message } = await mta.playMessage({ ...GOOD_MESSAGE, headers });
  await mta.quit();
  await expectGoodTransaction(served);
  return { headers: message.headers, message, reports: served.reports };
}

const OTHERS: readonly HeaderField[] = [
  ["Received", "from a"],
  ["Subject", "test"],
  ["X-Test-Other", "stays"],
];

describe("scenario 13: deleting a forged header", () => {
  it.each([0, 1, 2, 5])("leaves none of %i, wherever they stand", async (copies) => {
    const forged = Array.from({ length: copies }, (_, n): HeaderField => [
      n % 2 === 0 ? "X-Test" : "x-TEST",
      `forged ${n}`,
    ]);
    const mixed = [...OTHERS, ...forged].toSorted(([, left], [, right]) => (left < right ? -1 : 1));
    const between = forged.flatMap((field, n): HeaderField[] => [field, ["X-Between", String(n)]]);
    for (const headers of [mixed, [...forged, ...OTHERS], [...OTHERS, ...forged], between]) {
      const result = await delivered(headers, { kind: "delete-headers", name: "X-Test" });
      expect(result.headers).toEqual(headers.filter(([name]) => !/^x-test$/i.test(name)));
      expect(result.reports).toEqual([]);
    }
  });

  it("leaves none in any message, and ours is the only one", async () => {
    const { filter, next } = answering();
    const served = await serve(filter, "unix");
    const mta = await served.client();
    const names = fc.constantFrom("X-Test", "x-test", "X-TEST ", "Received", "To", "X-Test-2");
    await fc.assert(
      fc.asyncProperty(fc.array(names, { maxLength: 15 }), async (present) => {
        const headers = present.map((name, n): HeaderField => [name, `v${n}`]);
        const edits: Edit[] = [
          { kind: "insert-header", index: 0, name: "X-Test", value: "ours" },
          { kind: "delete-headers", name: "x-test" },
        ];
        next.answer = { edits, decision: { kind: "continue" } };
        const { message } = await mta.playMessage({ ...GOOD_MESSAGE, headers });
        expect(message.headers).toEqual([
          ["X-Test", "ours"],
          ...headers.filter(([name]) => !/^x-test *$/i.test(name)),
        ]);
      }),
    );
    await mta.quit();
  });
});

describe("scenario 13: inserting and changing", () => {
  it.each([
    [0, 0],
    [1, 0],
    [2, 1],
    [4, 3],
    [100, 3],
  ])("at %i comes before the client's header %i", async (index, position) => {
    const insert: Edit = { kind: "insert-header", index, name: "X-Test", value: "v" };
    const { headers } = await delivered(OTHERS, insert);
    expect(headers).toEqual(OTHERS.toSpliced(position, 0, ["X-Test", "v"]));
  });

  it("changes what it was asked to, in any kind of thing", async () => {
    const newBody = Buffer.alloc(200_000, "new\r\n");
    const { message } = await delivered(
      OTHERS,
      { kind: "change-header", index: 1, name: "subject", value: "changed" },
      { kind: "add-recipient", recipient: "<c@example.com>" },
      { kind: "delete-recipient", recipient: "<b@example.com>" },
      { kind: "change-sender", sender: "<z@example.net>", arguments: "BODY=8BITMIME" },
      { kind: "replace-body", body: newBody },
      { kind: "quarantine", reason: "look at 100% of it" },
    );
    const { body, ...rest } = message;
    expect(body.equals(newBody)).toBe(true);
    expect(rest).toEqual({
      sender: "<z@example.net>",
      recipients: ["<c@example.com>"],
      headers: [
        ["Received", "from a"],
        ["subject", "changed"],
        ["X-Test-Other", "stays"],
      ],
      quarantine: "look at 100% of it",
    });
  });
});

const VALUES: readonly (readonly [name: string, value: string, delivered: string | undefined])[] = [
  ["a fold", "a\n\tb", "a\n\tb"],
  ["CRLF", "a\r\nX-Forged: b", "a\n\tX-Forged: b"],
  ["CR", "a\rX-Forged: b", "a\n\tX-Forged: b"],
  ["LF", "a\nX-Forged: b", "a\n\tX-Forged: b"],
  ["a blank line", "a\r\n\r\nbody", "a\n\tbody"],
  ["NUL", "a\0b", undefined],
  ["%", "100% %s %n", "100% %s %n"],
  ["8-bit", "grün 用户", "grün 用户"],
  ["a line of 2,000 bytes", "w ".repeat(1_000).trim(), undefined],
];

describe("scenario 13: a header value with", () => {
  it.each(VALUES)("%s goes out as one header, or not at all", async (_, value, expected) => {
    const { headers, reports } = await delivered([], { kind: "add-header", name: "X-Test", value });
    const [[name, text] = ["", ""], ...others] = headers;
    expect(others).toEqual([]);
    if (expected !== undefined) expect([name, text]).toEqual(["X-Test", expected]);
    if (value.includes("\0")) {
      expect([headers, reports]).toMatchObject([[], [{ kind: "handler-error" }]]);
    }
    for (const line of text.split("\n")) expect(line.length).toBeLessThan(998);
    expect(text.replaceAll("\n\t", "")).not.toMatch(/[\r\n\0]/);
  });
});

/** The reply that the MTA gets for a decision at MAIL. */
async function replyTo(decision: Decision): Promise<readonly string[]> {
  let isFirst = true;
  const filter: Filter<null> = {
    open: () => null,
    decide: {
      mail: () => {
        const given: Decision = isFirst ? decision : { kind: "continue" };
        isFirst = false;
        return given;
      },
    },
    endOfMessage: () => ({ decision: { kind: "continue" } }),
  };
  const served = await serve(filter, "tcp", { onHandlerError: { kind: "tempfail" } });
  const peer = await RawPeer.negotiated(served);
  peer.say(MAIL, END);
  const replies = await peer.replies(2);
  await peer.leave("end");
  await expectGoodTransaction(served);
  return replies.slice(0, 1);
}

describe("scenario 13: a reply with", () => {
  it.each<[string, string | string[], number, string]>([
    ["one line", "no", 550, "REPLYCODE 550 5.7.1 no"],
    ["several lines", ["no", "never"], 550, "REPLYCODE 550-5.7.1 no\\r\\n550 5.7.1 never"],
    ["CRLF", "no\r\nnever", 550, "REPLYCODE 550-5.7.1 no\\r\\n550 5.7.1 never"],
    ["a bare LF", "no\nnever", 550, "REPLYCODE 550-5.7.1 no\\r\\n550 5.7.1 never"],
    ["a bare CR", "no\rnever", 550, "REPLYCODE 550-5.7.1 no\\r\\n550 5.7.1 never"],
    ["%", "100% %s", 550, "REPLYCODE 550 5.7.1 100%% %%s"],
    ["NUL", "a\0b", 550, "TEMPFAIL"],
    ["8-bit", "grün", 550, "TEMPFAIL"],
    ["33 lines", Array.from({ length: 33 }, () => "no"), 550, "TEMPFAIL"],
    ["a line of 981 bytes", "x".repeat(981), 550, "TEMPFAIL"],
  ])("%s is well formed, or the policy answers", async (_, text, code, line) => {
    expect(await replyTo({ kind: "reply", code, enhanced: "5.7.1", text })).toEqual([line]);
  });

  it.each<[Decision, string]>([
    [{ kind: "reply", code: 421, enhanced: "4.7.0", text: "later" }, "REPLYCODE 421 4.7.0 later"],
    [{ kind: "shutdown" }, "SHUTDOWN"],
    [{ kind: "reply", code: 550, text: "no" }, "REPLYCODE 550 no"],
    [{ kind: "reply", code: 250, text: "yes" }, "TEMPFAIL"],
    [{ kind: "reply", code: 550, enhanced: "4.7.1", text: "no" }, "TEMPFAIL"],
  ])("%j", async (decision, line) => {
    expect(await replyTo(decision)).toEqual([line]);
  });
});

describe("scenario 13: an edit that may not be", () => {
  const HEADER: Edit = { kind: "add-header", name: "X-Test", value: "v" };

  it.each(ALL_ACTIONS.map((action) => [action] as const))(
    "is refused as a whole where %s was not granted, and the message goes on",
    async (action) => {
      const edits: Readonly<Record<Action, Edit>> = {
        "add-headers": HEADER,
        "change-headers": { kind: "change-header", index: 1, name: "Subject", value: "v" },
        "change-body": { kind: "replace-body", body: Buffer.from("v") },
        recipients: { kind: "add-recipient", recipient: "<v@example.com>" },
        "change-sender": { kind: "change-sender", sender: "<v@example.net>" },
        quarantine: { kind: "quarantine", reason: "v" },
      };
      const { filter, next } = answering();
      const served = await serve(filter, "unix", { onHandlerError: { kind: "accept" } });
      const allowed = action === "quarantine" ? HEADER : edits.quarantine;
      next.answer = { edits: [allowed, edits[action]], decision: { kind: "reject" } };
      // The oldest MTAs grant only what they know; this one grants all but one kind.
      const bits = { "add-headers": 1, "change-body": 2, recipients: 0x8c, "change-headers": 0x10 };
      const rest = { quarantine: 0x20, "change-sender": 0x40 };
      const actions = POSTFIX_OFFER.actions & ~{ ...bits, ...rest }[action];
      const mta = await served.client({ offer: { ...POSTFIX_OFFER, actions } });
      const played = await mta.playMessage(GOOD_MESSAGE);
      expect([played.edits, played.reply]).toEqual([[], { kind: "accept" }]);
      expect(served.reports).toMatchObject([{ kind: "handler-error", callback: "endOfMessage" }]);
      await mta.quit();
      await expectGoodTransaction(served);
    },
  );

  it("does not go out before the end, at whatever event a filter answers with one", async () => {
    const answer = { edits: [HEADER], decision: { kind: "reject" } } as unknown as Decision;
    const everywhere = Object.fromEntries(EVENT_NAMES.map((name) => [name, () => answer]));
    const filter: Filter<null> = {
      open: () => null,
      actions: ALL_ACTIONS,
      decide: everywhere,
      endOfMessage: () => ({ decision: { kind: "continue" } }),
    };
    const served = await serve(filter, "tcp", { onHandlerError: { kind: "continue" } });
    const peer = await RawPeer.negotiated(served, OFFER_WITHOUT_FLAGS);
    peer.say(...EVENTS_IN_ORDER.map(([, bytes]) => bytes), END);
    const replies = await peer.replies(EVENTS_IN_ORDER.length + 1);
    expect(new Set(replies)).toEqual(new Set(["CONTINUE"]));
    expect(served.server.counters.reports["handler-error"]).toBe(EVENTS_IN_ORDER.length);
    await peer.leave("end");
    await expectGoodTransaction(served);
  });
});
