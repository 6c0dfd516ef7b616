/** Filters that break their side: the policy answers, the socket stays, the next message is served. */
import { setImmediate as turn } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import type { DecisionPoint } from "../../../milter/decision-reply.ts";
import type { Answer, Decision, Edit, Filter } from "../../../milter/filter.ts";
import type { MilterServerOptions } from "../../../milter/server.ts";
import { EVENT_NAMES } from "../../../milter/wishes.ts";
import type { Log } from "../support/filters.ts";
import { held } from "../support/held.ts";
import {
  END,
  EVENTS_IN_ORDER,
  expectGoodTransaction,
  GOOD_MESSAGE,
  MAIL,
  OFFER_WITHOUT_FLAGS,
  packet,
  RawPeer,
} from "../support/raw-peer.ts";
import { serve } from "../support/served.ts";

type Misdeed = () => unknown;

const BROKEN = new Error("broken");

function throwing(): never {
  throw BROKEN;
}

const MISDEEDS: readonly (readonly [name: string, misdeed: Misdeed])[] = [
  ["throws", throwing],
  [
    "throws nothing",
    () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- plain JavaScript can
      throw undefined;
    },
  ],
  ["rejects", () => Promise.reject(BROKEN)],
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- plain JavaScript can
  ["rejects with nothing", () => Promise.reject(undefined)],
  ["never settles", () => new Promise(() => undefined)],
  ["answers nothing", () => undefined],
  ["answers null, late", () => Promise.resolve(null)],
  ["answers a number", () => 550],
  [
    "answers a name of every object",
    () => ({ kind: "constructor", decision: { kind: "toString" } }),
  ],
  ["gives a thenable that throws", () => ({ then: throwing })],
  ["gives a thenable that settles twice", () => ({ then: twice })],
  [
    "has a getter that throws",
    () => ({
      get kind() {
        return throwing();
      },
      get decision() {
        return throwing();
      },
    }),
  ],
];

/** Rejects and then resolves, against every rule of promises. */
function twice(onResolve: (value: unknown) => void, onReject: (error: unknown) => void): void {
  onReject(BROKEN);
  onResolve({ kind: "reject", decision: { kind: "reject" } });
  onReject(BROKEN);
}

const POLICY: MilterServerOptions = {
  onHandlerError: { kind: "tempfail" },
  limits: { handlerTimeoutMs: 20, progressIntervalMs: 1_000 },
};

/** Misbehaves at one point, as often as it is asked there in the first message. */
function misbehaving(point: DecisionPoint, misdeed: Misdeed): Filter<null> {
  let isFirst = true;
  const act = <T>(otherwise: T): T => {
    if (!isFirst) return otherwise;
    isFirst = false;
    return misdeed() as T;
  };
  return {
    open: () => null,
    actions: ["add-headers", "change-headers", "recipients", "change-sender", "quarantine"],
    decide: point === "endOfMessage" ? {} : { [point]: () => act<Decision>({ kind: "continue" }) },
    endOfMessage: () => {
      const answer: Answer = { decision: { kind: "continue" } };
      return point === "endOfMessage" ? act(answer) : answer;
    },
  };
}

const POINTS: readonly DecisionPoint[] = [...EVENT_NAMES, "endOfMessage"];
const EVENTS = [
  ["unknown", packet("U", "FROB\0")] as const,
  ...EVENTS_IN_ORDER,
  ["endOfMessage", END] as const,
];

describe.each(MISDEEDS)("scenario 14: a filter that %s", (_, misdeed) => {
  it("at any event is answered for, and keeps its connection", async () => {
    for (const point of POINTS) {
      const served = await serve(misbehaving(point, misdeed), "unix", POLICY);
      const peer = await RawPeer.negotiated(served, OFFER_WITHOUT_FLAGS);
      peer.say(...EVENTS.map(([, bytes]) => bytes));
      const replies = await peer.replies(EVENTS.length);
      expect(replies[EVENTS.findIndex(([name]) => name === point)]).toBe("TEMPFAIL");
      expect(replies.filter((line) => line !== "CONTINUE")).toHaveLength(1);
      peer.say(MAIL, END);
      expect(await peer.replies(2)).toEqual(["CONTINUE", "CONTINUE"]);
      expect(served.reports).toHaveLength(1);
      expect(served.reports).toMatchObject([{ callback: point }]);
      await peer.leave("end");
      await expectGoodTransaction(served);
    }
  });
});

const TEXTS = ["a\rb", "a\nb", "a\0b", "a\r\nRCPT TO:<x>", "gr\xfcn"];

/** Edits with texts that would break a header, an address or the queue file, and those that are no text at all. */
const BAD_EDITS: readonly (readonly [name: string, edit: unknown])[] = [
  ...TEXTS.slice(0, 4).flatMap((text): [string, unknown][] => [
    [`the header name ${JSON.stringify(text)}`, { kind: "add-header", name: text, value: "v" }],
    [`the recipient ${JSON.stringify(text)}`, { kind: "add-recipient", recipient: text }],
    [`the sender ${JSON.stringify(text)}`, { kind: "change-sender", sender: text }],
    [`the reason ${JSON.stringify(text)}`, { kind: "quarantine", reason: text }],
  ]),
  ["the header value a NUL b", { kind: "add-header", name: "X", value: "a\0b" }],
  ["a header without a value", { kind: "add-header", name: "X" }],
  ["a header value that is a number", { kind: "add-header", name: "X", value: 5 }],
  ["a header name that is a number", { kind: "add-header", name: 5, value: "v" }],
  ["a recipient that is a number", { kind: "add-recipient", recipient: 5 }],
  ["no sender", { kind: "change-sender" }],
  ["no reason", { kind: "quarantine" }],
  ["a deletion without a name", { kind: "delete-headers" }],
  ["a position that is text", { kind: "insert-header", index: "0", name: "X", value: "v" }],
  ["no edit at all", null],
];

describe("scenario 14: a filter that edits with", () => {
  it.each(BAD_EDITS)("%s changes nothing, and the policy answers", async (_, edit) => {
    const good: Edit = { kind: "quarantine", reason: "good" };
    const answer = { edits: [good, edit], decision: { kind: "reject" } };
    const served = await serve(
      misbehaving("endOfMessage", () => answer),
      "unix",
      POLICY,
    );
    const peer = await RawPeer.negotiated(served);
    peer.say(MAIL, END, MAIL, END);
    expect(await peer.replies(2)).toEqual(["TEMPFAIL", "CONTINUE"]);
    expect(served.reports).toMatchObject([{ kind: "handler-error", callback: "endOfMessage" }]);
    await peer.leave("end");
    await expectGoodTransaction(served);
  });

  it.each(TEXTS.filter((text) => !text.includes("\0")))(
    "the header value %j sets one header",
    async (value) => {
      const edits: Edit[] = [{ kind: "add-header", name: "X", value }];
      const answer: Answer = { edits, decision: { kind: "continue" } };
      const served = await serve(
        misbehaving("endOfMessage", () => answer),
        "unix",
        POLICY,
      );
      const mta = await served.client();
      const { message } = await mta.playMessage(GOOD_MESSAGE);
      expect(message.headers).toHaveLength(2);
      expect(message.headers[1]?.[1]).toMatch(/^[^\r\n\0]*(\n\t[^\r\n\0]+)*$/);
      await mta.quit();
    },
  );
});

describe("scenario 14: an answer that comes too late", () => {
  it("is dropped after the policy's, and not taken for the next message's", async () => {
    const { filter, waiting, next } = held();
    const served = await serve(filter, "tcp", POLICY);
    const mta = await served.client();
    const asked = next();
    const first = mta.playMessage(GOOD_MESSAGE);
    await asked;
    expect((await first).reply).toEqual({ kind: "tempfail" });
    const askedAgain = next();
    const second = mta.playMessage(GOOD_MESSAGE);
    await askedAgain;
    waiting[0]?.({ decision: { kind: "reject" } });
    await turn();
    waiting[1]?.({ decision: { kind: "accept" } });
    waiting[1]?.({ decision: { kind: "reject" } });
    expect((await second).reply).toEqual({ kind: "accept" });
    await mta.quit();
  });

  it("keeps the MTA waiting by progress, as long as it may", async () => {
    const { filter, waiting, next } = held();
    const limits = { handlerTimeoutMs: 10_000, progressIntervalMs: 1 };
    const served = await serve(filter, "tcp", { limits });
    const peer = await RawPeer.negotiated(served);
    const asked = next();
    peer.say(MAIL, END);
    await asked;
    expect(await peer.replies(3)).toEqual(["PROGRESS", "PROGRESS", "PROGRESS"]);
    waiting[0]?.({ decision: { kind: "accept" } });
    const rest: string[] = [];
    while (rest.at(-1) !== "ACCEPT") rest.push(...(await peer.replies(1)));
    expect(rest.slice(0, -1).every((line) => line === "PROGRESS")).toBe(true);
    await peer.leave("end");
  });
});

describe("scenario 14: callbacks that owe no answer", () => {
  it("may throw and reject, each of them, in every message", async () => {
    const log: Log = [];
    for (const fail of [throwing, () => Promise.reject(BROKEN) as never]) {
      const noted = (name: string) => () => {
        log.push(name);
        return fail();
      };
      const filter: Filter<null> = {
        open: () => null,
        observe: Object.fromEntries(EVENT_NAMES.map((name) => [name, noted(name)])),
        endOfMessage: () => ({ decision: { kind: "continue" } }),
        abort: noted("abort"),
        close: noted("close"),
      };
      const served = await serve(filter, "unix");
      const peer = await RawPeer.negotiated(served, OFFER_WITHOUT_FLAGS);
      peer.say(...EVENTS.map(([, bytes]) => bytes), MAIL);
      const replies = await peer.replies(EVENTS.length + 1);
      expect(new Set(replies)).toEqual(new Set(["CONTINUE"]));
      await peer.leave("end");
      await expectGoodTransaction(served);
      await served.server.stop();
      expect(served.server.counters.reports["handler-error"]).toBe(log.splice(0).length);
    }
  });

  it("make no difference where even open throws", async () => {
    const filter: Filter<null> = {
      open: throwing,
      observe: { mail: () => undefined },
      endOfMessage: () => ({ decision: { kind: "reject" } }),
    };
    const served = await serve(filter, "unix");
    await expectGoodTransaction(served);
    await expectGoodTransaction(served);
  });
});

describe("scenario 14: a stop under load", () => {
  it("lets running messages finish, refuses new ones, and resolves", async () => {
    const { filter, waiting, next } = held();
    const served = await serve(filter, "unix");
    const clients = await Promise.all(Array.from({ length: 20 }, () => served.client()));
    const idle = await Promise.all(Array.from({ length: 20 }, () => RawPeer.negotiated(served)));
    const played = clients.map((mta) => mta.playMessage(GOOD_MESSAGE));
    while (waiting.length < clients.length) await next();
    const stopped = served.server.stop();
    await Promise.all(idle.map((peer) => peer.closed));
    await expect(served.client()).rejects.toThrow();
    for (const answer of waiting) answer({ decision: { kind: "reject" } });
    const replies = (await Promise.all(played)).map(({ reply }) => reply.kind);
    expect(replies).toEqual(clients.map(() => "reject"));
    await stopped;
    expect(served.server.counters).toMatchObject({
      openConnections: 0,
      messages: { answered: 20, aborted: 0 },
    });
    await Promise.all(clients.map((mta) => mta.vanish()));
  });
});
