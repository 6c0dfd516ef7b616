import { once } from "node:events";

import { describe, expect, it, vi } from "vitest";

import { MilterClient } from "../../milter/client.ts";
import { POSTFIX_OFFER } from "../../milter/wire/codes.ts";
import { encodeCommand } from "../../milter/wire/command-encoding.ts";
import { recorder, stamper } from "./support/filters.ts";
import { held } from "./support/held.ts";
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
const CONTINUE = "\0\0\0\x01c";

describe.each(["tcp", "unix"] as const)("MilterServer over %s", (transport) => {
  it("serves messages in one connection and in several at a time", async () => {
    const { client, server } = await serve(stamper([]), transport);
    const clients = await Promise.all([1, 2, 3].map(() => client()));
    for (const mta of clients) {
      for (let round = 0; round < 3; round += 1) {
        const { reply, message } = await mta.playMessage(MESSAGE);
        expect(reply).toEqual({ kind: "accept" });
        expect(message.headers).toEqual([
          ["X-Test", "found=2"],
          ["Subject", "test"],
        ]);
      }
      await mta.quit();
    }
    expect(server.counters).toMatchObject({
      connections: 3,
      messages: { answered: 9, aborted: 0 },
    });
  });

  it("refuses connections beyond the bound, and takes one again when there is room", async () => {
    const { client, socket, reports, server } = await serve(recorder([]), transport, {
      limits: { maxConnections: 1 },
    });
    const first = await client();
    expect(await readToEnd(await socket())).toHaveLength(0);
    expect(reports).toEqual([{ kind: "connection-refused", open: 1 }]);
    await first.quit();
    await vi.waitUntil(() => server.counters.openConnections === 0);
    await (await client()).quit();
  });
});

describe("MilterServer.stop", () => {
  it("lets a running message be answered, closes the rest, and takes no more", async () => {
    const { filter, waiting, next } = held();
    const { server, client, socket } = await serve(filter, "unix");
    const idle = readToEnd(await socket());
    const between = await client();
    const mta = await client();
    const asked = next();
    const played = mta.playMessage(MESSAGE);
    await asked;
    const stopped = server.stop();
    await idle;
    await expect(client()).rejects.toThrow();
    await expect(between.playMessage(MESSAGE)).rejects.toThrow("connection-lost");
    waiting[0]?.({ decision: { kind: "reject" } });
    expect((await played).reply).toEqual({ kind: "reject" });
    await stopped;
    expect(server.counters.openConnections).toBe(0);
  });

  it("lets a message that is only half here come to its end", async () => {
    const { server, socket } = await serve(recorder([]), "tcp");
    const peer = await socket();
    const replies = readToEnd(peer);
    peer.write(Buffer.concat([OFFER, MAIL]));
    await once(peer, "data");
    const stopped = server.stop();
    peer.write(END);
    expect((await replies).toString("latin1").endsWith(CONTINUE)).toBe(true);
    await stopped;
  });

  it("closes what is left when the grace time is over", async () => {
    const { filter, next } = held();
    const { server, client } = await serve(filter, "unix");
    const mta = await client();
    const asked = next();
    const played = mta.playMessage(MESSAGE);
    await asked;
    await Promise.all([server.stop(1), expect(played).rejects.toThrow("connection-lost")]);
  });

  it("may be called again", async () => {
    const { server, client } = await serve(recorder([]), "unix");
    await client();
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    expect(server.counters.openConnections).toBe(0);
  });
});

describe("MilterServer", () => {
  it("serves on when the receiver of its reports throws", async () => {
    const { server, client, socket } = await serve(recorder([]), "unix", {
      report: () => {
        throw new Error("no room for logs");
      },
    });
    const peer = await socket();
    const closed = readToEnd(peer);
    peer.write(MAIL);
    await closed;
    const mta = await client();
    expect((await mta.playMessage(MESSAGE)).reply).toEqual({ kind: "continue" });
    await mta.quit();
    expect(server.counters.lostReports).toBe(1);
  });

  it("listens on several sockets at a time", async () => {
    const { server, client } = await serve(stamper([]), "unix");
    const { spec, text } = await server.listen({ kind: "tcp", host: "localhost", port: 0 });
    expect(text).toMatch(/^inet:[1-9]\d*@(127\.0\.0\.1|\[::1\])$/);
    for (const mta of [await client(), await MilterClient.open(spec)]) {
      expect((await mta.playMessage(MESSAGE)).reply).toEqual({ kind: "accept" });
      await mta.quit();
    }
  });
});
