import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ourHeaders } from "../support/mail-headers.ts";
import { MailSystem, removeFolder, stateFolder, trainInto } from "../support/mail-system.ts";
import { SmtpDialogue } from "../support/smtp-dialogue.ts";
import { canRunPostfix } from "../support/system.ts";

const HOST = "127.0.0.1";

let state = "";
let system: MailSystem | undefined;
beforeEach(async () => {
  state = await stateFolder();
});
afterEach(async () => {
  await system?.stop();
  await removeFolder(state);
  system = undefined;
});

async function send(port: number, subject: string): Promise<string> {
  const client = new SmtpDialogue({ host: HOST, port });
  await client.begin();
  const reply = await client.mail([`Subject: ${subject}`]);
  await client.quit();
  return reply;
}

/** The processes that a process has started, as the kernel lists them. */
async function childrenOf(processId: number): Promise<number[]> {
  const path = `/proc/${processId}/task/${processId}/children`;
  return (await readFile(path, "utf8")).trim().split(" ").filter(Boolean).map(Number);
}

describe.runIf(canRunPostfix())("mails through a real Postfix, captured by tcpdump,", () => {
  it("are scored, pass while tcpdump is gone, and are scored when it is back", async () => {
    await trainInto(state);
    const serve = ["--source", "command", "--score-local"];
    system = await MailSystem.start(state, {
      host: HOST,
      milter: "unix",
      interfaceName: "lo",
      serve,
    });
    const { port, daemon } = system;
    const replies = [await send(port, "before.")];

    const [tcpdump = 0] = await childrenOf(daemon.processId);
    process.kill(tcpdump, "SIGKILL");
    await daemon.logged(/event=capture-interrupted .*SIGKILL/);
    replies.push(await send(port, "during."));
    await daemon.logged(/event=capture-resumed/);
    replies.push(await send(port, "after."));

    expect(replies.filter((reply) => !reply.startsWith("250"))).toEqual([]);
    await daemon.logged(/event=capture source=command interface=lo reason=configured/);
    await daemon.logged(/event=capture-said .*listening on lo/);
    const scored = /^X-SpamFlow: (Yes|No), score=.*capture=complete/;
    for (const subject of ["before.", "after."]) {
      expect(ourHeaders(await system.mail(subject))).toEqual([expect.stringMatching(scored)]);
    }
    expect(ourHeaders(await system.mail("during."))).toHaveLength(1);
  });
});
