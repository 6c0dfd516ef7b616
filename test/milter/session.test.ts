import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { MilterProtocolError } from "../../milter/errors.ts";
import type { Answer, Filter } from "../../milter/filter.ts";
import { EVENT_FLAGS, POSTFIX_OFFER } from "../../milter/wire/codes.ts";
import { encodeCommand } from "../../milter/wire/command-encoding.ts";
import type { Command, EventName, Events } from "../../milter/wire/commands.ts";
import { decodeAgreement } from "../../milter/wire/negotiation.ts";
import {
  type Conversation,
  escapeText,
  readConversations,
  writeReply,
} from "./support/conversation.ts";
import { type Log, obedient, recorder, stamper } from "./support/filters.ts";
import {
  drive,
  type DriverOptions,
  packetsOf,
  type SessionDriver,
} from "./support/session-driver.ts";

const DRIVERS: Readonly<Record<string, (log: Log, options: DriverOptions) => SessionDriver>> = {
  recorder: (log, options) => drive(recorder(log), options),
  stamper: (log, options) => drive(stamper(log), options),
  obedient: (log, options) => drive(obedient(log), options),
};

function driveNamed(name: string | undefined, log: Log, options: DriverOptions): SessionDriver {
  const makeDriver = DRIVERS[name ?? ""];
  if (makeDriver === undefined) throw new Error(`there is no filter ${String(name)}`);
  return makeDriver(log, options);
}

function driverFor({ settings }: Conversation, log: Log): SessionDriver {
  const transport = settings.get("transport") as "tcp" | "unix";
  return driveNamed(settings.get("filter"), log, { transport });
}

function linesOf(replies: Buffer): string[] {
  return packetsOf(replies).map(writeReply);
}

const conversations = readConversations();

describe("a session", () => {
  it.each(conversations)("keeps to the conversation $name", async (conversation) => {
    const log: Log = [];
    const driver = driverFor(conversation, log);
    for (const { line, command, heard, replies } of conversation.exchanges) {
      const said = linesOf(await driver.say(command));
      expect({ line, heard: log.splice(0).map(escapeText), replies: said }).toEqual({
        line,
        heard,
        replies,
      });
    }
    expect(driver.faults).toEqual([]);
  });

  it.each(conversations)("answers $name alike however the stream is cut", async (conversation) => {
    const stream = Buffer.concat(
      conversation.exchanges.map(({ command }) => encodeCommand(command)),
    );
    const log: Log = [];
    const whole = await driverFor(conversation, log).feed(stream);
    const play = async (cuts: readonly number[]) => {
      const heard: Log = [];
      const driver = driverFor(conversation, heard);
      const replies: Buffer[] = [];
      const edges = [0, ...cuts, stream.length];
      for (const [index, edge] of edges.slice(1).entries()) {
        replies.push(await driver.feed(stream.subarray(edges[index], edge)));
      }
      return { heard, replies: Buffer.concat(replies) };
    };
    const everywhere = Array.from({ length: stream.length - 1 }, (_, index) => index + 1);
    for (const cuts of [everywhere, ...everywhere.map((cut) => [cut])]) {
      expect(await play(cuts)).toEqual({ heard: log, replies: whole });
    }
  });
});

const NOTHING = Buffer.alloc(0);
const NEGOTIATE: Command = { kind: "negotiate", offer: POSTFIX_OFFER };
const MAIL: Command = { kind: "mail", sender: "<a@example.net>", arguments: [] };
const END: Command = { kind: "endOfMessage", chunk: NOTHING };

const EVENTS: readonly Events[EventName][] = [
  { kind: "connect", hostname: "c", family: "inet", address: "192.0.2.7", port: 1 },
  { kind: "helo", hostname: "h" },
  { kind: "unknown", command: "FROB" },
  { kind: "mail", sender: "<a@example.net>", arguments: [] },
  { kind: "rcpt", recipient: "<b@example.com>", arguments: [] },
  { kind: "data" },
  { kind: "header", name: "Subject", value: "test", rawValue: Buffer.from("test") },
  { kind: "endOfHeaders" },
  { kind: "body", chunk: Buffer.from("hello") },
];

describe("a session under any agreement", () => {
  it("answers exactly the events that it has not asked to leave unanswered", async () => {
    const offers = fc.oneof(
      fc.nat({ max: 20 }).map((bit) => 1 << bit),
      fc.nat({ max: 0x1fffff }),
    );
    const names = fc.constantFrom("recorder", "stamper", "obedient");
    const transports = fc.constantFrom("tcp" as const, "unix" as const);
    await fc.assert(
      fc.asyncProperty(offers, names, transports, async (protocol, name, transport) => {
        const driver = driveNamed(name, [], { transport });
        const offer = { ...POSTFIX_OFFER, protocol };
        const [agreed] = packetsOf(await driver.say({ kind: "negotiate", offer }));
        const flags = decodeAgreement(agreed?.payload ?? NOTHING, offer).protocol;
        for (const event of EVENTS) {
          const { no, noReply } = EVENT_FLAGS[event.kind];
          if ((flags & no) !== 0) continue;
          const replies = packetsOf(await driver.say(event));
          expect(replies).toHaveLength((flags & noReply) === 0 ? 1 : 0);
        }
        const last = linesOf(await driver.say(END)).at(-1);
        expect(["CONTINUE", "ACCEPT"]).toContain(last);
      }),
    );
  });
});

describe("a session with a peer that does not speak the protocol", () => {
  it("refuses anything before the negotiation", async () => {
    const driver = drive(recorder([]));
    await expect(driver.say(MAIL)).rejects.toThrow("not-negotiated: mail came first");
  });

  it("refuses a second negotiation", async () => {
    const driver = drive(recorder([]));
    await driver.say(NEGOTIATE);
    await expect(driver.say(NEGOTIATE)).rejects.toThrow("negotiated-twice");
  });

  it("throws nothing but MilterProtocolError on random bytes, and still closes its filter", async () => {
    const packet = fc.tuple(
      fc.constantFrom(...Array.from("ABCDEHKLMNOQRTU?\0")),
      fc.uint8Array({ maxLength: 40 }),
    );
    const garbage = fc.array(packet, { maxLength: 30 }).map((packets) =>
      packets.map(([letter, payload]) => {
        const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(letter), payload]);
        bytes.writeUInt32BE(payload.length + 1);
        return bytes;
      }),
    );
    await fc.assert(
      fc.asyncProperty(garbage, async (packets) => {
        const log: Log = [];
        const driver = drive(recorder(log));
        await driver.say(NEGOTIATE);
        try {
          for (const bytes of packets) await driver.feed(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(MilterProtocolError);
        }
        driver.session.close();
        const count = (start: string) => log.filter((line) => line.startsWith(start)).length;
        expect(count("close")).toBe(count("open"));
        expect(driver.faults).toEqual([]);
      }),
    );
  });
});

function answering(endOfMessage: () => Answer | Promise<Answer>, log: Log = []): Filter<null> {
  return {
    open: () => null,
    actions: ["add-headers"],
    endOfMessage,
    abort: () => void log.push("abort"),
    close: () => void log.push("close"),
  };
}

async function answerOf(driver: SessionDriver): Promise<string[]> {
  await driver.say(NEGOTIATE);
  await driver.say(MAIL);
  return linesOf(await driver.say(END));
}

describe("a session with a filter that fails", () => {
  const thrower = () => {
    throw new Error("broken");
  };

  it.each([
    ["throws", thrower],
    ["rejects", () => Promise.reject(new Error("broken"))],
    ["answers nothing", () => undefined as unknown as Answer],
    [
      "answers a decision that there is not",
      () => ({ decision: { kind: "ok" } }) as unknown as Answer,
    ],
    [
      "adds a header that would end the header block",
      () => ({
        edits: [{ kind: "add-header" as const, name: "X Bad", value: "v" }],
        decision: { kind: "accept" as const },
      }),
    ],
    [
      "deletes headers without having asked for it",
      () => ({
        edits: [{ kind: "delete-headers" as const, name: "Subject" }],
        decision: { kind: "accept" as const },
      }),
    ],
  ])("answers by policy when it %s", async (_, endOfMessage) => {
    const driver = drive(answering(endOfMessage), { policy: { kind: "tempfail" } });
    expect(await answerOf(driver)).toEqual(["TEMPFAIL"]);
    expect(driver.faults).toHaveLength(1);
    expect(driver.ends).toEqual(["answered"]);
  });

  it("accepts by default, and goes on with the next message", async () => {
    const driver = drive(answering(thrower));
    expect(await answerOf(driver)).toEqual(["ACCEPT"]);
    await driver.say(MAIL);
    expect(linesOf(await driver.say(END))).toEqual(["ACCEPT"]);
  });

  it("lets the client in where the policy does not fit the event", async () => {
    const filter = { ...answering(thrower), decide: { helo: thrower } };
    const driver = drive(filter, { policy: { kind: "discard" } });
    await driver.say(NEGOTIATE);
    expect(linesOf(await driver.say({ kind: "helo", hostname: "h" }))).toEqual(["CONTINUE"]);
  });

  it("keeps the message when a watcher throws or open does", async () => {
    const driver = drive({
      ...answering(() => ({ decision: { kind: "reject" } })),
      observe: { mail: thrower },
    });
    expect(await answerOf(driver)).toEqual(["REJECT"]);
    expect(driver.faults).toEqual(["mail: Error: broken"]);

    const closed = drive({ ...answering(thrower), open: thrower });
    expect(await answerOf(closed)).toEqual(["ACCEPT"]);
  });
});

describe("a session whose filter takes its time", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function slow(log: Log = []) {
    const { promise, resolve, reject } = deferred<Answer>();
    const limits = { handlerTimeoutMs: 30_000, progressIntervalMs: 5_000 };
    const driver = drive(
      answering(() => promise, log),
      { limits },
    );
    return { driver, resolve, reject };
  }

  async function started(driver: SessionDriver) {
    await driver.say(NEGOTIATE);
    await driver.say(MAIL);
    return driver.start(END);
  }

  it("tells the MTA that it is still at work, then gives up and answers by policy", async () => {
    const { driver, resolve } = slow();
    const { work, replies } = await started(driver);
    await vi.advanceTimersByTimeAsync(29_999);
    expect(linesOf(replies())).toEqual(Array.from({ length: 5 }, () => "PROGRESS"));
    await vi.advanceTimersByTimeAsync(1);
    await work;
    expect(linesOf(replies())).toEqual(["ACCEPT"]);
    expect(driver.faults).toEqual(["endOfMessage: timeout"]);
    resolve({ decision: { kind: "reject" } });
    await vi.advanceTimersByTimeAsync(0);
    expect(replies()).toHaveLength(0);
  });

  it("uses an answer that comes in time", async () => {
    const { driver, resolve } = slow();
    const { work, replies } = await started(driver);
    resolve({ decision: { kind: "reject" } });
    await work;
    expect(linesOf(replies())).toEqual(["REJECT"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("drops the answer when the connection went meanwhile, and aborts and closes once", async () => {
    const log: Log = [];
    const { driver, resolve } = slow(log);
    const { work, replies } = await started(driver);
    driver.session.close();
    driver.session.close();
    await work;
    resolve({ decision: { kind: "reject" } });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(replies()).toHaveLength(0);
    expect(log).toEqual(["abort", "close"]);
    expect(driver.faults).toEqual([]);
  });
});

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

describe("a session at its bounds", () => {
  const header = (name: string): Command => {
    return { kind: "header", name, value: "v", rawValue: Buffer.from("v") };
  };

  it("hands over headers up to the bound, and counts those beyond it", async () => {
    const log: Log = [];
    const filter: Filter<null> = { ...stamper(log), countedHeaders: ["X-Test"] };
    const overLimit: boolean[] = [];
    const watching: Filter<null> = {
      ...filter,
      observe: {
        header: (_, { name }, session) => void log.push(name, String(session.isOverLimit)),
      },
      endOfMessage: (state, session) => {
        overLimit.push(session.isOverLimit);
        return filter.endOfMessage(state, session);
      },
    };
    const driver = drive(watching, { limits: { maxHeaders: 1 } });
    await driver.say(NEGOTIATE);
    await driver.say(MAIL);
    await driver.say(header("X-Test"));
    await driver.say(header("X-Test"));
    const replies = linesOf(await driver.say(END));
    expect(replies.at(-2)).toBe("INSHEADER 0 X-Test: found=2");
    expect(log).toEqual(["X-Test", "false"]);
    await driver.say(MAIL);
    await driver.say(END);
    expect(overLimit).toEqual([true, false]);
  });

  it("answers recipients beyond the bound without the filter", async () => {
    const log: Log = [];
    const driver = drive(obedient(log), {
      limits: { maxRecipients: 1 },
    });
    const recipient: Command = { kind: "rcpt", recipient: "<reject@example.com>", arguments: [] };
    await driver.say(NEGOTIATE);
    await driver.say(MAIL);
    expect(linesOf(await driver.say(recipient))).toEqual(["REJECT"]);
    expect(linesOf(await driver.say(recipient))).toEqual(["CONTINUE"]);
    expect(log).toEqual(["mail <a@example.net>", "rcpt <reject@example.com>"]);
  });
});
