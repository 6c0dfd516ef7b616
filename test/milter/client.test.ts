import { createServer, type Socket } from "node:net";

import { describe, expect, it, onTestFinished } from "vitest";

import { MilterClient, type MilterClientOptions } from "../../milter/client.ts";
import type { Filter } from "../../milter/filter.ts";
import type { ListenSpec } from "../../milter/listen-spec.ts";
import { POSTFIX_OFFER } from "../../milter/wire/codes.ts";
import { type Log, obedient, recorder } from "./support/filters.ts";
import { serve } from "./support/served.ts";

const MESSAGE = {
  sender: "<a@example.net>",
  recipients: ["<b@example.com>"],
  headers: [["Subject", "test"]] as const,
  body: "hello\r\n",
};

/** A milter that answers each piece it gets with the next of these packets. */
async function scripted(...replies: string[]): Promise<ListenSpec> {
  const server = createServer((socket: Socket) => {
    socket.on("error", () => undefined);
    socket.on("data", () => {
      const reply = replies.shift();
      if (reply === undefined) socket.destroy();
      else socket.write(Buffer.from(reply, "latin1"));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  return { kind: "tcp", host: "127.0.0.1", port: address.port };
}

/** Of all pieces in which the body came. */
function bodyBytes(log: Log): number {
  const pieces = log.flatMap((line) => /^body (\d+) bytes$/.exec(line)?.slice(1) ?? []);
  return pieces.reduce((sum, bytes) => sum + Number(bytes), 0);
}

const AGREED = "\0\0\0\x0dO\0\0\0\x06\0\0\0\0\0\0\0\0";

describe("MilterClient", () => {
  it("plays everything to a filter that wants everything, with the macros of each stage", async () => {
    const log: Log = [];
    const { client, server } = await serve(recorder(log), "unix");
    const mta = await client({ macros: { j: "mx.example.com", "{auth_type}": "PLAIN" } });
    await mta.send({
      kind: "connect",
      hostname: "c",
      family: "inet",
      address: "192.0.2.7",
      port: 1,
    });
    await mta.send({ kind: "helo", hostname: "h" });
    mta.defineMacros({ i: "4ABC" });
    await mta.playMessage({ ...MESSAGE, body: Buffer.alloc(70_000, "x") });
    await mta.quit();
    await server.stop();
    expect(bodyBytes(log)).toBe(70_000);
    expect(log.filter((line) => !line.startsWith("body "))).toEqual([
      "open 1",
      "connect c inet 192.0.2.7 1",
      "helo h",
      "mail <a@example.net>",
      "rcpt <b@example.com>",
      "data",
      "header Subject: test",
      "endOfHeaders",
      "endOfMessage i=4ABC j=mx.example.com auth_type=PLAIN",
      "close 1",
    ]);
  });

  it.each([
    ["no flags", { ...POSTFIX_OFFER, protocol: 0 }],
    ["version 2", { version: 2, actions: 0x3f, protocol: 0x7f }],
    ["version 3", { version: 3, actions: 0x3f, protocol: 0x1ff }],
  ])("plays to the same filter with %s", async (_, offer) => {
    const log: Log = [];
    const { client } = await serve(recorder(log), "tcp");
    const mta = await client({ offer });
    await mta.send({ kind: "unknown", command: "FROB" });
    expect((await mta.playMessage(MESSAGE)).reply).toEqual({ kind: "continue" });
    await mta.quit();
    expect(log.includes("data")).toBe(offer.version >= 4);
    expect(log.includes("unknown FROB")).toBe(offer.version >= 3);
  });

  it("stops where the milter decides, and goes on without refused recipients", async () => {
    const { client } = await serve(obedient([]), "unix");
    const mta = await client();
    const rejected = await mta.playMessage({ ...MESSAGE, sender: "<reject@example.net>" });
    expect(rejected).toMatchObject({ point: "mail", reply: { kind: "reject" } });
    const recipients = ["<reject@example.com>", "<b@example.com>", "<reply@example.com>"];
    const { message, point } = await mta.playMessage({ ...MESSAGE, recipients });
    expect([message.recipients, point]).toEqual([["<b@example.com>"], "endOfMessage"]);
    const accepted = await mta.playMessage({ ...MESSAGE, recipients: ["<accept@example.com>"] });
    expect(accepted).toMatchObject({ point: "rcpt", reply: { kind: "accept" } });
    await mta.quit();
  });

  it("sends no more of a kind that is to be skipped", async () => {
    const log: Log = [];
    const { client } = await serve(obedient(log), "unix");
    const mta = await client();
    const headers = [
      ["A", "skip"],
      ["B", "v"],
    ] as const;
    await mta.playMessage({ ...MESSAGE, headers, body: "skip ".repeat(40_000) });
    await mta.quit();
    expect(log.filter((line) => /^(header|body)/.test(line))).toEqual([
      "header A: skip",
      "body 65535 bytes",
    ]);
  });

  it("goes on with another SMTP client in the same connection", async () => {
    const log: Log = [];
    const { client } = await serve(recorder(log), "unix");
    const mta = await client();
    await mta.playMessage(MESSAGE);
    mta.nextConnection();
    await mta.playMessage(MESSAGE);
    await mta.vanish();
    expect(log.filter((line) => /^(open|close)/.test(line))).toEqual([
      "open 1",
      "close 1",
      "open 2",
    ]);
  });

  it("waits through progress, and gathers edits", async () => {
    const filter: Filter<null> = {
      open: () => null,
      actions: ["recipients", "change-body", "quarantine"],
      endOfMessage: async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return {
          edits: [
            { kind: "add-recipient", recipient: "<c@example.com>" },
            { kind: "replace-body", body: Buffer.from("new\r\n") },
            { kind: "quarantine", reason: "look" },
          ],
          decision: { kind: "accept" },
        };
      },
    };
    const { client } = await serve(filter, "unix", { limits: { progressIntervalMs: 1 } });
    const mta = await client();
    const { message, edits } = await mta.playMessage(MESSAGE);
    await mta.quit();
    expect(edits).toHaveLength(3);
    expect(message).toEqual({
      sender: "<a@example.net>",
      recipients: ["<b@example.com>", "<c@example.com>"],
      headers: MESSAGE.headers,
      body: Buffer.from("new\r\n"),
      quarantine: "look",
    });
  });

  it("gives the system's error where nobody listens", async () => {
    const target = await scripted();
    const nowhere: ListenSpec = { kind: "unix", path: "/nonexistent/milter.sock" };
    await expect(MilterClient.open(nowhere)).rejects.toThrow("ENOENT");
    await expect(MilterClient.open({ kind: "descriptor", descriptor: 3 })).rejects.toThrow(
      "a client cannot connect to a descriptor",
    );
    await expect(MilterClient.open(target)).rejects.toThrow("connection-lost");
  });

  it.each<[string, string[], string]>([
    ["answers the negotiation with something else", ["\0\0\0\x01c"], "unexpected-reply"],
    ["asks for more than was offered", [AGREED.replace("\x06", "\x07")], "bad-negotiation"],
    ["edits before the end", [AGREED, "\0\0\0\x02q\0\0\0\0\x01c"], "unexpected-reply: an edit"],
    ["answers nonsense", [AGREED, "\0\0\0\x01Z"], "unknown-reply"],
    ["sends an empty packet", [AGREED, "\0\0\0\0"], "packet-empty"],
    ["goes away", [AGREED], "connection-lost"],
  ])("rejects when the milter %s", async (_, replies, violation) => {
    const target = await scripted(...replies);
    const play = async () => {
      const mta = await MilterClient.open(target);
      await mta.playMessage(MESSAGE);
    };
    await expect(play()).rejects.toThrow(violation);
  });

  it("does not wait for ever", async () => {
    const options: MilterClientOptions = { replyTimeoutMs: 5 };
    const target = await scripted("\0\0");
    await expect(MilterClient.open(target, options)).rejects.toThrow(
      "timed-out: no reply within 5",
    );
  });
});
