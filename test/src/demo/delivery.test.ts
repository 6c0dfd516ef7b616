import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkDelivery, keepMails } from "../../../src/demo/delivery.ts";
import type { FlowObject } from "../../../src/demo/flow-objects.ts";

const ID = "3f9c2a7b51de";
const YES = `X-SpamFlow: Yes, score=0.973 required=0.800\n\tmodel=logistic-1 id=${ID}`;

function mail(...spamFlow: string[]): string {
  const headers = [
    "X-Original-To: second@example.com",
    "Received: from x (unknown [10.99.16.7])",
    ...spamFlow,
    "Message-ID: <second.1@example.net>",
  ];
  return `${headers.join("\n")}\n\nbody\n`;
}

function kept(address: string): Map<string, FlowObject> {
  return new Map([[ID, { id: ID, client: { address, port: 4_000 } }]]);
}

describe("checkDelivery", () => {
  it("joins a mail with what the daemon kept of it", () => {
    expect(checkDelivery(mail(YES), kept("10.99.16.7"))).toEqual({
      batch: "second",
      flow: { id: ID, client: { address: "10.99.16.7", port: 4_000 } },
      header: { verdict: "Yes", score: 0.973 },
    });
  });

  it.each([
    ["no X-SpamFlow header", mail(), "delivered with 0 X-SpamFlow headers"],
    ["two of them", mail(YES, YES), "delivered with 2 X-SpamFlow headers"],
    ["one that says nothing", mail("X-SpamFlow: hello"), 'has the X-SpamFlow header "hello"'],
    ["an id that nobody knows", mail(YES.replace(ID, "000000000000")), "has kept nothing of mail"],
  ])("fails for a mail with %s", (_, text, message) => {
    expect(() => checkDelivery(text, kept("10.99.16.7"))).toThrow(message);
  });

  it("fails when the mail was judged by another host's packets", () => {
    expect(() => checkDelivery(mail(YES), kept("10.99.16.8"))).toThrow(
      "mail second.1 came from 10.99.16.7, but was judged as 10.99.16.8's",
    );
  });
});

describe("keepMails", () => {
  it("copies mails to a folder that everybody can read", async () => {
    const maildir = await mkdtemp(join(tmpdir(), "spamflow-test-"));
    await writeFile(join(maildir, "1.mx"), "hello", { mode: 0o600 });
    const folder = await keepMails([join(maildir, "1.mx")]);
    try {
      expect(await readFile(join(folder, "1.mx"), "utf8")).toBe("hello");
      expect((await stat(join(folder, "1.mx"))).mode & 0o777).toBe(0o644);
      expect((await stat(folder)).mode & 0o777).toBe(0o755);
    } finally {
      await rm(folder, { recursive: true });
      await rm(maildir, { recursive: true });
    }
  });
});
