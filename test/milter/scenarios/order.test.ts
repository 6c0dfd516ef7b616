/** Commands in any order, and several messages in one connection: nothing of one reaches another. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { encodeCommand } from "../../../milter/wire/command-encoding.ts";
import { messageFilter } from "../../../milter/whole-message.ts";
import { type Log, obedient, recorder, stamper } from "../support/filters.ts";
import {
  ABORT,
  body,
  CONNECT,
  DATA,
  END,
  END_OF_HEADERS,
  expectGoodTransaction,
  GOOD_MESSAGE,
  header,
  HELO,
  MAIL,
  packet,
  QUIT,
  QUIT_NC,
  RawPeer,
  RCPT,
} from "../support/raw-peer.ts";
import { serve } from "../support/served.ts";

const SECOND_MAIL = packet("M", "<second@example.net>\0");

const ORDERS: readonly (readonly [name: string, packets: readonly Buffer[], heard: string[]])[] = [
  [
    "HELO inside a message",
    [HELO, MAIL, RCPT, HELO, ABORT, ABORT, END],
    [
      "open 1",
      "helo h",
      "mail <a@example.net>",
      "rcpt <b@example.com>",
      "abort 1",
      "helo h",
      "endOfMessage",
    ],
  ],
  [
    "two ABORTs after the end",
    [MAIL, END, ABORT, ABORT, SECOND_MAIL, END, ABORT],
    ["open 1", "mail <a@example.net>", "endOfMessage", "mail <second@example.net>", "endOfMessage"],
  ],
  [
    "MAIL twice",
    [MAIL, RCPT, SECOND_MAIL, END],
    [
      "open 1",
      "mail <a@example.net>",
      "rcpt <b@example.com>",
      "abort 1",
      "mail <second@example.net>",
      "endOfMessage",
    ],
  ],
  [
    "RCPT before MAIL",
    [RCPT, MAIL, END],
    ["open 1", "rcpt <b@example.com>", "abort 1", "mail <a@example.net>", "endOfMessage"],
  ],
  [
    "a body before MAIL",
    [body("x"), MAIL, END],
    ["open 1", "body 1 bytes", "abort 1", "mail <a@example.net>", "endOfMessage"],
  ],
  [
    "an end before MAIL",
    [END, MAIL, END],
    ["open 1", "endOfMessage", "mail <a@example.net>", "endOfMessage"],
  ],
  ["an ABORT first", [ABORT, MAIL, END], ["open 1", "mail <a@example.net>", "endOfMessage"]],
  [
    "no DATA",
    [MAIL, RCPT, END_OF_HEADERS, END],
    ["open 1", "mail <a@example.net>", "rcpt <b@example.com>", "endOfHeaders", "endOfMessage"],
  ],
  [
    "QUIT_NC, then CONNECT",
    [CONNECT, MAIL, QUIT_NC, CONNECT, END],
    [
      "open 1",
      "connect c inet 192.0.2.7 41231",
      "mail <a@example.net>",
      "abort 1",
      "close 1",
      "open 2",
      "connect c inet 192.0.2.7 41231",
      "endOfMessage",
    ],
  ],
  ["QUIT twice", [MAIL, END, QUIT, QUIT], ["open 1", "mail <a@example.net>", "endOfMessage"]],
  [
    "everything behind the end",
    [MAIL, END, DATA, header("A", "b"), END],
    ["open 1", "mail <a@example.net>", "endOfMessage", "data", "header A: b", "endOfMessage"],
  ],
];

describe("scenario 11: the order", () => {
  it.each(ORDERS)("%s", async (_, packets, lines) => {
    const log: Log = [];
    const served = await serve(recorder(log), "unix");
    const peer = await RawPeer.negotiated(served);
    peer.say(...packets, QUIT);
    await peer.closed;
    expect(log.splice(0).slice(0, -1)).toEqual(lines);
    expect(log).toEqual([]);
    expect(served.reports).toEqual([]);
    await expectGoodTransaction(served);
  });

  it.each([2, 3])("no DATA in version %i", async (version) => {
    const log: Log = [];
    const served = await serve(recorder(log), "tcp");
    const mta = await served.client({ offer: { version, actions: 0x3f, protocol: 0x7f } });
    expect((await mta.playMessage(GOOD_MESSAGE)).reply).toEqual({ kind: "continue" });
    await mta.quit();
    expect(log).not.toContain("data");
    await expectGoodTransaction(served);
  });
});

/** Events that bring something into a message, and commands that begin anew; the number is the message's. */
const STEPS: Readonly<Record<string, (message: number) => Buffer>> = {
  mail: (n) => packet("M", `<${n}@example.net>\0`),
  rcpt: (n) => packet("R", `<${n}@example.com>\0`),
  header: (n) => header("X-Message", String(n)),
  body: (n) => body(`${n};`),
  abort: () => ABORT,
  helo: () => HELO,
  connect: () => CONNECT,
  next: () => QUIT_NC,
  end: () => END,
};
const BEGIN_ANEW: ReadonlySet<string> = new Set(["mail", "abort", "helo", "connect", "next"]);

describe("scenario 11: commands in whatever order", () => {
  it("never shows a message anything of another", async () => {
    const mixed: string[] = [];
    const filter = messageFilter({
      maxBodyBytes: 10_000,
      decide: ({ sender, recipients, headers, body: text }) => {
        const parts = [sender, ...recipients, ...headers.map(([, value]) => value), String(text)];
        const numbers = new Set(parts.flatMap((part) => part.match(/\d+/g) ?? []));
        if (numbers.size > 1) mixed.push([...numbers].join(" and "));
        return { decision: { kind: "continue" } };
      },
    });
    const served = await serve(filter, "unix");
    const orders = fc.array(fc.constantFrom(...Object.keys(STEPS)), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(orders, async (order) => {
        let message = 1;
        const packets = order.map((step) => {
          if (BEGIN_ANEW.has(step)) message += 1;
          const bytes = STEPS[step]?.(message) ?? ABORT;
          if (step === "end") message += 1;
          return bytes;
        });
        const peer = await RawPeer.negotiated(served);
        peer.say(...packets, QUIT);
        const replies = await peer.toEnd();
        expect(replies.filter((line) => line === "CONTINUE").length).toBeGreaterThanOrEqual(
          order.filter((step) => step === "end").length,
        );
        expect(mixed).toEqual([]);
      }),
    );
    expect(served.reports).toEqual([]);
    await expectGoodTransaction(served);
  });
});

describe.each(["tcp", "unix"] as const)("scenario 12: one connection over %s", (transport) => {
  it("brings three messages, the middle one aborted", async () => {
    const log: Log = [];
    const served = await serve(stamper(log), transport);
    const mta = await served.client();
    const withCopies = (copies: number) => ({
      ...GOOD_MESSAGE,
      headers: Array.from({ length: copies }, () => ["X-Test", "forged"] as const),
    });
    const first = await mta.playMessage(withCopies(1));
    await mta.send({ kind: "mail", sender: "<aborted@example.net>", arguments: [] });
    for (let copy = 0; copy < 5; copy += 1) {
      const rawValue = Buffer.from("forged");
      await mta.send({ kind: "header", name: "X-Test", value: "forged", rawValue });
    }
    mta.abort(2);
    const third = await mta.playMessage(withCopies(2));
    await mta.quit();
    const stamps = [first, third].map(({ message }) => message.headers);
    expect(stamps).toEqual([[["X-Test", "found=1"]], [["X-Test", "found=2"]]]);
    expect(log).toEqual(["abort"]);
    await expectGoodTransaction(served);
  });

  it("brings messages that are answered at MAIL, at RCPT and at the end, each with its own answer", async () => {
    const served = await serve(obedient([]), transport);
    const connections = Array.from({ length: 5 }, async () => {
      const mta = await served.client();
      const outcomes: string[] = [];
      for (const [sender, recipient] of [
        ["<a@example.net>", "<accept@example.com>"],
        ["<reject@example.net>", "<b@example.com>"],
        ["<a@example.net>", "<tempfail@example.com>"],
        ["<a@example.net>", "<b@example.com>"],
        ["<discard@example.net>", "<b@example.com>"],
      ] as const) {
        const played = await mta.playMessage({ ...GOOD_MESSAGE, sender, recipients: [recipient] });
        outcomes.push(`${played.point} ${played.reply.kind} ${played.message.recipients.length}`);
      }
      await mta.quit();
      return outcomes;
    });
    for (const outcomes of await Promise.all(connections)) {
      expect(outcomes).toEqual([
        "rcpt accept 0",
        "mail reject 0",
        "endOfMessage accept 0",
        "endOfMessage accept 1",
        "mail discard 0",
      ]);
    }
    await expectGoodTransaction(served);
  });

  it("brings no message at all, as a proxy's does before XCLIENT", async () => {
    const log: Log = [];
    const served = await serve(recorder(log), transport);
    for (const packets of [
      [CONNECT, HELO],
      [CONNECT, HELO, ABORT],
    ]) {
      const peer = await RawPeer.negotiated(served);
      peer.say(...packets, QUIT);
      expect(await peer.toEnd()).toEqual([]);
    }
    expect(log.filter((line) => /^(abort|endOfMessage)/.test(line))).toEqual([]);
    expect(served.server.counters.messages).toEqual({ answered: 0, decided: 0, aborted: 0 });
    await expectGoodTransaction(served);
  });
});

it("scenario 12: a skip, a refusal and an acceptance do not live on in the next message", async () => {
  const log: Log = [];
  const served = await serve(obedient(log), "unix");
  const peer = await RawPeer.negotiated(served);
  const accepted = encodeCommand({ kind: "mail", sender: "<accept@example.net>", arguments: [] });
  peer.say(accepted, ABORT, MAIL, header("Subject", "skip"), ABORT, MAIL, header("A", "b"), END);
  expect(await peer.replies(6)).toEqual([
    "ACCEPT",
    "CONTINUE",
    "SKIP",
    "CONTINUE",
    "CONTINUE",
    "ACCEPT",
  ]);
  expect(log.at(-2)).toBe("header A: b");
  await peer.leave("end");
  await expectGoodTransaction(served);
});
