import { describe, expect, it } from "vitest";

import { type MessageFilterOptions, messageFilter, type WholeMessage } from "../../milter/index.ts";
import { serve } from "./support/served.ts";

const MESSAGE = {
  sender: "<a@example.net>",
  recipients: ["<b@example.com>", "<c@example.com>"],
  headers: [
    ["Subject", "test"],
    ["To", "b"],
  ] as const,
  body: "hello\r\n",
};

async function play(options: Partial<MessageFilterOptions>) {
  const seen: WholeMessage[] = [];
  const filter = messageFilter({
    decide: (message) => {
      seen.push(message);
      return { decision: { kind: "accept" } };
    },
    ...options,
  });
  const { client } = await serve(filter, "unix");
  const mta = await client();
  return { mta, seen };
}

describe("messageFilter", () => {
  it("gives one function the whole message, and the next one nothing of it", async () => {
    const { mta, seen } = await play({ maxBodyBytes: 100 });
    await mta.send({
      kind: "connect",
      hostname: "c",
      family: "inet",
      address: "192.0.2.7",
      port: 1,
    });
    await mta.send({ kind: "helo", hostname: "h" });
    await mta.playMessage(MESSAGE);
    await mta.send({ kind: "mail", sender: "<lost@example.net>", arguments: [] });
    await mta.send({ kind: "rcpt", recipient: "<lost@example.com>", arguments: [] });
    mta.abort();
    await mta.playMessage({ ...MESSAGE, sender: "<>", headers: [], body: "" });
    await mta.quit();
    const client = {
      kind: "connect",
      hostname: "c",
      family: "inet",
      address: "192.0.2.7",
      port: 1,
    };
    expect(seen).toMatchObject([
      { client, helo: "h", ...MESSAGE, body: Buffer.from(MESSAGE.body), bodyBytes: 7 },
      {
        client,
        helo: "h",
        sender: "<>",
        recipients: MESSAGE.recipients,
        headers: [],
        bodyBytes: 0,
      },
    ]);
  });

  it("keeps no more of the body than it was asked to", async () => {
    const { mta, seen } = await play({ maxBodyBytes: 70_000 });
    const body = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 251));
    await mta.playMessage({ ...MESSAGE, body });
    await mta.quit();
    expect(seen[0]?.body.equals(body.subarray(0, 70_000))).toBe(true);
    expect(seen[0]?.bodyBytes).toBe(200_000);
  });

  it("does not ask for the body where none is kept", async () => {
    const { mta, seen } = await play({});
    expect(mta.agreement.protocol & 0x10).toBe(0x10);
    await mta.playMessage(MESSAGE);
    await mta.quit();
    expect(seen[0]).toMatchObject({ body: Buffer.alloc(0), bodyBytes: 0 });
  });

  it("answers with edits", async () => {
    const { mta } = await play({
      actions: ["change-headers"],
      decide: () => ({
        edits: [{ kind: "delete-headers", name: "Subject" }],
        decision: { kind: "accept" },
      }),
    });
    const { message } = await mta.playMessage(MESSAGE);
    await mta.quit();
    expect(message.headers).toEqual([["To", "b"]]);
  });
});
