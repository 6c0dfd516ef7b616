import { once } from "node:events";
import { Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";

import { describe, expect, it, onTestFinished, vi } from "vitest";

import type { Filter } from "../../milter/filter.ts";
import { EVENT_FLAGS, POSTFIX_OFFER } from "../../milter/wire/codes.ts";
import { encodeCommand } from "../../milter/wire/command-encoding.ts";
import { writeReply } from "./support/conversation.ts";
import { type Log, recorder, stamper } from "./support/filters.ts";
import { held } from "./support/held.ts";
import { packetsOf } from "./support/session-driver.ts";
import { readToEnd, serve } from "./support/served.ts";

const MESSAGE = {
  sender: "<a@example.net>",
  recipients: ["<b@example.com>"],
  headers: [
    ["X-Test", "forged"],
    ["Subject", "test"],
    ["x-test", "forged"],
  ] as const,
  body: "hello\r\n",
};

const OFFER = encodeCommand({ kind: "negotiate", offer: POSTFIX_OFFER });
const MAIL = encodeCommand({ kind: "mail", sender: "<a@b>", arguments: [] });
const END = encodeCommand({ kind: "endOfMessage", chunk: Buffer.alloc(0) });
const QUIT = encodeCommand({ kind: "quit" });
const WITHOUT_NR_BODY = POSTFIX_OFFER.protocol & ~EVENT_FLAGS.body.noReply;
const CONTINUE = "\0\0\0\x01c";

/** A peer that has negotiated and read the answer. */
async function negotiated(open: () => Promise<Socket>): Promise<Socket> {
  const peer = await open();
  peer.write(OFFER);
  await once(peer, "data");
  return peer;
}

describe.each(["tcp", "unix"] as const)("a connection over %s", (transport) => {
  it("answers a burst of packets in one write", async () => {
    const { socket } = await serve(stamper([]), transport);
    const peer = await negotiated(socket);
    const write = vi.spyOn(Socket.prototype, "write");
    onTestFinished(() => {
      write.mockRestore();
    });
    peer.write(Buffer.concat([MAIL, END, MAIL, END]));
    const [chunk] = (await once(peer, "data")) as [Buffer];
    expect(packetsOf(chunk).map(writeReply)).toEqual([
      "INSHEADER 0 X-Test: found=0",
      "ACCEPT",
      "INSHEADER 0 X-Test: found=0",
      "ACCEPT",
    ]);
    expect(write.mock.contexts.filter((writer) => writer !== peer)).toHaveLength(1);
    peer.destroy();
  });

  it.each([
    ["speaks HTTP", Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), "packet-too-long"],
    ["announces an empty packet", Buffer.alloc(4), "packet-empty"],
    ["does not negotiate", MAIL, "not-negotiated"],
    [
      "sends an unknown command",
      Buffer.concat([OFFER, Buffer.from("\0\0\0\x01Z")]),
      "unknown-command",
    ],
  ])("closes on a peer that %s, and serves the next", async (_, bytes, violation) => {
    const { socket, client, reports, server } = await serve(stamper([]), transport);
    const peer = await socket();
    const closed = readToEnd(peer);
    peer.write(bytes);
    await closed;
    expect(reports).toMatchObject([{ kind: "protocol-violation", violation, connection: 1 }]);
    const mta = await client();
    expect((await mta.playMessage(MESSAGE)).reply).toEqual({ kind: "accept" });
    await mta.quit();
    expect(server.counters.reports["protocol-violation"]).toBe(1);
  });

  it("answers what came before a violation", async () => {
    const { socket } = await serve(recorder([]), transport);
    const peer = await socket();
    const reply = readToEnd(peer);
    peer.write(Buffer.concat([OFFER, MAIL, END, Buffer.from("\0\0\0\x01Z")]));
    expect((await reply).toString("latin1").endsWith(CONTINUE)).toBe(true);
  });

  it.each([
    ["before anything", Buffer.alloc(0)],
    ["after the negotiation", OFFER],
    ["in the middle of a packet", Buffer.concat([OFFER, Buffer.from("\0\0\0\x20Labc")])],
    ["in the middle of a message", Buffer.concat([OFFER, MAIL])],
  ])("survives a peer that goes away %s", async (_, bytes) => {
    const log: Log = [];
    const { socket, client, server } = await serve(recorder(log), transport);
    for (const leave of ["end", "resetAndDestroy"] as const) {
      const peer = await socket();
      peer.write(bytes);
      if (bytes.length >= OFFER.length) await once(peer, "data");
      const closed = once(peer, "close");
      if (transport === "unix" && leave === "resetAndDestroy") peer.destroy();
      else peer[leave]();
      await closed;
    }
    const mta = await client();
    expect((await mta.playMessage(MESSAGE)).reply).toEqual({ kind: "continue" });
    await mta.quit();
    await server.stop();
    const count = (start: string) => log.filter((line) => line.startsWith(start)).length;
    expect(count("close")).toBe(count("open"));
    expect(server.counters.openConnections).toBe(0);
  });

  it.each([
    ["answers a body packet once", WITHOUT_NR_BODY, [CONTINUE, CONTINUE]],
    ["owes no answer to it", POSTFIX_OFFER.protocol, []],
  ])("hands a body on byte by byte as it comes, and %s", async (_, protocol, answers) => {
    const bytes: string[] = [];
    const filter: Filter<null> = {
      open: () => null,
      observe: { body: (_state, { chunk }) => void bytes.push(Buffer.from(chunk).toString()) },
      endOfMessage: () => ({ decision: { kind: "accept" } }),
    };
    const { socket } = await serve(filter, transport);
    const peer = await socket();
    const everything = readToEnd(peer);
    peer.write(encodeCommand({ kind: "negotiate", offer: { ...POSTFIX_OFFER, protocol } }));
    await once(peer, "data");
    const body = ["hel", "lo"].map((text) => {
      return encodeCommand({ kind: "body", chunk: Buffer.from(text) });
    });
    const stream = Buffer.concat([MAIL, ...body, END, QUIT]);
    for (const byte of stream) {
      await new Promise((resolve) => peer.write(Buffer.of(byte), resolve));
      await nextTurn();
    }
    const replies = (await everything).toString("latin1").replace(/^[^]{17}/, "");
    expect(bytes.join("")).toBe("hello");
    expect(replies).toBe([...answers, "\0\0\0\x01a"].join(""));
  });

  it("closes at QUIT, though the peer keeps its end open, and does not look at what follows", async () => {
    const { socket, reports } = await serve(recorder([]), transport);
    const peer = await socket();
    const ended = readToEnd(peer);
    peer.write(Buffer.concat([OFFER, QUIT, Buffer.from("garbage")]));
    expect((await ended).toString("latin1", 4, 5)).toBe("O");
    expect(reports).toEqual([]);
  });

  it("reads nothing more while a callback runs", async () => {
    const { filter, waiting, next } = held();
    const { socket, client } = await serve(filter, transport);
    const peer = await negotiated(socket);
    const asked = next();
    peer.write(Buffer.concat([MAIL, END]));
    await asked;
    const tooMuchForTheKernel = Buffer.alloc(20_000_000, Buffer.concat([MAIL, END]));
    peer.write(tooMuchForTheKernel);
    // Another connection's messages give the server every chance to read on.
    const mta = await client();
    for (let round = 1; round <= 30; round += 1) {
      const reached = next();
      const played = mta.playMessage({ sender: "<>", recipients: [], headers: [], body: "" });
      await reached;
      waiting[round]?.({ decision: { kind: "accept" } });
      await played;
    }
    expect(peer.writableLength).toBeGreaterThan(0);
    expect(waiting).toHaveLength(31);
    const replied = once(peer, "data");
    waiting[0]?.({ decision: { kind: "reject" } });
    expect(String(await replied)).toBe("\0\0\0\x01r");
    expect(waiting).toHaveLength(32);
    peer.destroy();
    await mta.quit();
  });

  it("drops the answer for a peer that is gone, and aborts and closes once", async () => {
    const log: Log = [];
    const { filter, waiting, next } = held(log);
    const { socket, reports } = await serve(filter, transport);
    const peer = await negotiated(socket);
    const asked = next();
    peer.write(Buffer.concat([MAIL, END]));
    await asked;
    const closed = next();
    peer.destroy();
    await closed;
    waiting[0]?.({ decision: { kind: "reject" } });
    await new Promise((resolve) => setImmediate(resolve));
    expect(log).toEqual(["abort", "close"]);
    expect(reports).toEqual([]);
  });

  it("keeps the connection when a callback fails or takes too long", async () => {
    let attempt = 0;
    const filter: Filter<null> = {
      open: () => null,
      endOfMessage: () => {
        attempt += 1;
        if (attempt === 1) throw new Error("broken");
        if (attempt === 2) return new Promise<never>(() => undefined);
        return { decision: { kind: "reject" } };
      },
    };
    const { client, reports } = await serve(filter, transport, {
      limits: { handlerTimeoutMs: 5, progressIntervalMs: 1 },
      onHandlerError: { kind: "tempfail" },
    });
    const mta = await client();
    const replies = [];
    for (let round = 0; round < 3; round += 1) {
      replies.push((await mta.playMessage(MESSAGE)).reply.kind);
    }
    expect(replies).toEqual(["tempfail", "tempfail", "reject"]);
    expect(reports).toMatchObject([
      { kind: "handler-error", callback: "endOfMessage", connection: 1 },
      { kind: "handler-timeout", callback: "endOfMessage", connection: 1 },
    ]);
    await mta.quit();
  });

  it("closes what does not negotiate, or leaves a packet unfinished, in time", async () => {
    const { socket, reports, server } = await serve(recorder([]), transport, {
      limits: { negotiationTimeoutMs: 5, packetTimeoutMs: 5 },
    });
    await readToEnd(await socket());
    const peer = await socket();
    const ended = readToEnd(peer);
    peer.write(Buffer.concat([OFFER, Buffer.from("\0\0\0\x20Labc")]));
    await ended;
    expect(reports).toMatchObject([{ kind: "connection-timeout", phase: "negotiation" }]);
    expect(server.counters.reports["connection-timeout"]).toBe(2);
  });
});
