/** The same bytes in any pieces. session.test.ts plays every recorded conversation so, without sockets. */
import { describe, expect, it } from "vitest";

import { encodeCommand } from "../../../milter/wire/command-encoding.ts";
import { readConversations } from "../support/conversation.ts";
import { type Log, obedient, recorder } from "../support/filters.ts";
import { LONG_SESSION } from "../support/long-session.ts";
import {
  CONNECT,
  END,
  expectGoodTransaction,
  MAIL,
  OFFER,
  QUIT,
  RCPT,
} from "../support/raw-peer.ts";
import { drive } from "../support/session-driver.ts";
import { playChunks, serve } from "../support/served.ts";

function bytewise(stream: Buffer): Buffer[] {
  return Array.from(stream, (_, index) => stream.subarray(index, index + 1));
}

describe.each(["tcp", "unix"] as const)("scenario 7: a session over %s", (transport) => {
  it("gets the same bytes in one write, byte by byte, and in two parts", async () => {
    const log: Log = [];
    const served = await serve(obedient(log), transport);
    const whole = await playChunks(served.socket, [LONG_SESSION]);
    const wholeLog = log.splice(0);
    expect(whole.length).toBeGreaterThan(100);
    expect(await playChunks(served.socket, bytewise(LONG_SESSION))).toBe(whole);
    expect(log.splice(0)).toEqual(wholeLog);
    // Every seventh cut here; test/system makes all of them.
    for (let cut = 1; cut < LONG_SESSION.length; cut += 7) {
      const parts = [LONG_SESSION.subarray(0, cut), LONG_SESSION.subarray(cut)];
      expect(await playChunks(served.socket, parts)).toBe(whole);
      expect(log.splice(0)).toEqual(wholeLog);
    }
    await expectGoodTransaction(served);
  });
});

describe("scenario 7: a session without sockets", () => {
  it.each([
    ["recorder", (log: Log) => drive(recorder(log))],
    ["obedient", (log: Log) => drive(obedient(log))],
  ])("gets the same bytes in every two parts (%s)", async (_, makeDriver) => {
    const play = async (...parts: readonly Buffer[]) => {
      const log: Log = [];
      const driver = makeDriver(log);
      const replies: Buffer[] = [];
      for (const part of parts) replies.push(await driver.feed(part));
      return `${Buffer.concat(replies).toString("latin1")}${log.join("\n")}`;
    };
    const whole = await play(LONG_SESSION);
    expect(await play(...bytewise(LONG_SESSION))).toBe(whole);
    for (let cut = 1; cut < LONG_SESSION.length; cut += 1) {
      const parts = [LONG_SESSION.subarray(0, cut), LONG_SESSION.subarray(cut)];
      expect(await play(...parts)).toBe(whole);
    }
  });
});

describe("scenario 7: a recorded conversation", () => {
  const conversations = readConversations().filter(
    ({ settings }) => settings.get("filter") === "recorder",
  );

  it.each(conversations)("$name over a socket, byte by byte", async ({ exchanges, settings }) => {
    const transport = settings.get("transport") as "tcp" | "unix";
    const stream = Buffer.concat(exchanges.map(({ command }) => encodeCommand(command)));
    const expected = await drive(recorder([]), { transport }).feed(stream);
    const served = await serve(recorder([]), transport);
    // A conversation need not say QUIT; then it is the peer that ends.
    expect(await playChunks(served.socket, [...bytewise(stream), QUIT])).toBe(
      expected.toString("latin1"),
    );
    await expectGoodTransaction(served);
  });
});

it("scenario 7: cuts in three parts, the first within the negotiation", async () => {
  const served = await serve(obedient([]), "unix");
  const stream = Buffer.concat([OFFER, CONNECT, MAIL, RCPT, END, QUIT]);
  const whole = await playChunks(served.socket, [stream]);
  for (let first = 1; first < OFFER.length; first += 1) {
    for (let second = first + 1; second < stream.length; second += 20) {
      const cuts = [
        stream.subarray(0, first),
        stream.subarray(first, second),
        stream.subarray(second),
      ];
      expect(await playChunks(served.socket, cuts)).toBe(whole);
    }
  }
});
