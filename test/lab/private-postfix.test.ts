import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PrivatePostfix } from "../../src/demo/private-postfix.ts";
import { freePort } from "../support/free-port.ts";
import { canRunPostfix } from "../support/system.ts";

/** Speaks SMTP, one command after each complete reply; gives the last line of every reply. */
async function converse(port: number, commands: readonly string[]): Promise<string[]> {
  const socket = connect({ host: "127.0.0.1", port });
  const waiting = [...commands];
  const replies: string[] = [];
  for await (const line of createInterface({ input: socket })) {
    if (line[3] === "-") continue;
    replies.push(line);
    const next = waiting.shift();
    if (next !== undefined) socket.write(`${next}\r\n`);
  }
  return replies;
}

function mailCommands(subject: string, recipient: string): string[] {
  return [
    "HELO client.example.net",
    "MAIL FROM:<sender@example.net>",
    `RCPT TO:<${recipient}>`,
    "DATA",
    `Subject: ${subject}\r\n\r\nbody\r\n.`,
    "QUIT",
  ];
}

describe.runIf(canRunPostfix())("PrivatePostfix", () => {
  const folder = join(tmpdir(), `spamflow-postfix-test-${process.pid}`);
  let port: number;
  let postfix: PrivatePostfix | undefined;

  beforeEach(async () => {
    port = await freePort();
  });

  afterEach(async () => {
    await postfix?.remove();
    postfix = undefined;
    await rm(folder, { recursive: true, force: true });
  });

  async function started(settings: Record<string, string> = {}): Promise<PrivatePostfix> {
    const listen = [`127.0.0.1:${port}`];
    postfix = await PrivatePostfix.create({ folder, listen, milters: "", settings });
    await postfix.start();
    return postfix;
  }

  it("delivers mail for its own domain to the Maildir, in order", async () => {
    const running = await started();
    for (const subject of ["first", "second"]) {
      await converse(port, mailCommands(subject, "anybody@example.com"));
    }
    await running.waitUntilDelivered(2, 10_000);
    const subjects = (await running.mails()).map(({ text }) => /^Subject: (.*)$/m.exec(text)?.[1]);
    expect(subjects).toEqual(["first", "second"]);
    expect(await running.log()).toContain("status=sent (delivered to maildir)");
  });

  it("sends nothing to any other domain", async () => {
    await started();
    const envelope = ["HELO x", "MAIL FROM:<sender@example.net>", "RCPT TO:<a@example.org>"];
    const replies = await converse(port, [...envelope, "QUIT"]);
    expect(replies[3]).toMatch(/^554 5\.7\.1 .*Relay access denied/);
  });

  it("takes further settings in place of its own", async () => {
    await started({ myhostname: "other.example.com" });
    expect((await converse(port, ["QUIT"]))[0]).toBe("220 other.example.com ESMTP Postfix");
  });

  it("leaves neither process nor folder behind", async () => {
    const running = await started();
    expect(await running.isRunning()).toBe(true);
    await running.remove();
    expect(await running.isRunning()).toBe(false);
    expect(existsSync(folder)).toBe(false);
  });

  it("names Postfix's reason when it does not start, and then does not run", async () => {
    const occupant = createServer().listen(port, "127.0.0.1");
    try {
      await expect(started()).rejects.toThrow(/does not start: .*Address already in use/);
      expect(await postfix?.isRunning()).toBe(false);
    } finally {
      occupant.close();
    }
  });

  it("says how many mails came when they do not all come", async () => {
    const running = await started();
    await expect(running.waitUntilDelivered(1, 0)).rejects.toThrow("only 0 of 1 mails");
  });

  it("is refused where user postfix cannot reach its folder, and makes nothing there", async () => {
    const closed = await mkdtemp(join(tmpdir(), "spamflow-closed-"));
    try {
      const inside = join(closed, "postfix");
      const creation = PrivatePostfix.create({ folder: inside, listen: [], milters: "" });
      await expect(creation).rejects.toThrow(`user postfix cannot reach ${inside}`);
      expect(existsSync(inside)).toBe(false);
    } finally {
      await rm(closed, { recursive: true });
    }
  });
});
