import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FORGED, ourHeaders } from "../support/mail-headers.ts";
import {
  MailSystem,
  removeFolder,
  stateFolder,
  trainInto,
  type MailSystemOptions,
} from "../support/mail-system.ts";
import { SmtpDialogue } from "../support/smtp-dialogue.ts";
import { canRunPostfix } from "../support/system.ts";

const HOST = "127.0.0.1";
/** Mails before, during and after the time in which the milter is gone. */
const STREAM = { connections: 20, mailsEach: 3, after: 6 } as const;

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

async function start(
  milter: MailSystemOptions["milter"],
  ...serve: readonly string[]
): Promise<MailSystem> {
  system = await MailSystem.start(state, { host: HOST, milter, interfaceName: "lo", serve });
  return system;
}

/** Mails with these subjects in one connection; their replies. */
async function send(port: number, subjects: readonly string[]): Promise<string[]> {
  const client = new SmtpDialogue({ host: HOST, port });
  await client.begin();
  const replies: string[] = [];
  for (const subject of subjects) replies.push(await client.mail([`Subject: ${subject}`]));
  await client.quit();
  return replies;
}

describe.runIf(canRunPostfix())("mails through a real Postfix", () => {
  it("only lose their forged headers where local clients are not scored", async () => {
    const { port, daemon, delivered } = bound(await start("unix"));
    const client = new SmtpDialogue({ host: HOST, port });
    await client.begin();
    expect(await client.mail([...FORGED, "Subject: local"])).toMatch(/^250/);
    await client.quit();
    const [mail = ""] = await delivered(1);
    expect(ourHeaders(mail)).toEqual([]);
    await daemon.logged(/^\w+: client=.*verdict=Unknown, reason=local, action=none/);
  });

  it("warm up until there is a model, which is taken without a restart", async () => {
    const { port, daemon, delivered } = bound(await start("unix", "--score-local"));
    await send(port, ["before."]);
    await trainInto(state);
    await daemon.logged(/event=model-loaded .*model=blend-1/);
    await send(port, ["after."]);
    const mails = await delivered(2);
    const header = (subject: string) =>
      mails.filter((mail) => mail.includes(`Subject: ${subject}`)).flatMap(ourHeaders);
    expect(header("before.")).toEqual([
      expect.stringMatching(/^X-SpamFlow: Unknown, reason=warming-up id=[0-9a-f]{12}$/),
    ]);
    expect(header("after.")).toEqual([expect.stringMatching(/ model=blend-1 /)]);
  });

  it("are refused in mode enforce, and the log line has the queue id of the reply", async () => {
    await trainInto(state);
    const config = join(state, "spamflow.toml");
    await writeFile(config, 'mode = "enforce"\n[enforce]\nreject_above = 0.0\nlet_through = 0.0\n');
    const { port, daemon } = bound(await start("inet", "--score-local", "--config", config));
    const [reply = ""] = await send(port, ["refused."]);
    expect(reply).toMatch(/^550 5\.7\.1 Message \w+ refused/);
    const queueId = /Message (\w+)/.exec(reply)?.[1] ?? "";
    await daemon.logged(new RegExp(`^${queueId}: client=.*action=reject`));
  });

  it("bear no header in mode observe, but are kept and logged", async () => {
    await trainInto(state);
    const { port, daemon, delivered } = bound(
      await start("inet", "--score-local", "--mode", "observe"),
    );
    const client = new SmtpDialogue({ host: HOST, port });
    await client.begin();
    await client.mail(FORGED);
    await client.quit();
    expect((await delivered(1)).flatMap(ourHeaders)).toEqual([]);
    await daemon.logged(/verdict=(Yes|No), score=.*action=none/);
  });

  it("pass while the milter is killed amid a stream of them, and are scored again after its restart", async () => {
    await trainInto(state);
    const running = await start("unix", "--score-local");
    const { port, daemon, delivered } = bound(running);
    const stream: string[] = [];
    const sender = async (name: string): Promise<void> => {
      for (let n = 0; n < STREAM.connections; n += 1) {
        const subjects = Array.from({ length: STREAM.mailsEach }, (_, k) => `${name} ${n} ${k}.`);
        stream.push(...(await send(port, subjects)));
      }
    };
    const senders = Promise.all([sender("one"), sender("two")]);
    await daemon.logged(/verdict=(Yes|No)/);
    await daemon.end("SIGKILL");
    const acceptedBefore = stream.length;
    await senders;
    await running.restartDaemon();
    const after = Array.from({ length: STREAM.after }, (_, n) => `after ${n}.`);
    const replies = [...stream, ...(await send(port, after))];

    expect(acceptedBefore).toBeLessThan(stream.length);
    expect(replies.filter((reply) => !reply.startsWith("250"))).toEqual([]);
    const mails = await delivered(replies.length);
    expect(mails).toHaveLength(2 * STREAM.connections * STREAM.mailsEach + STREAM.after);
    const scoredAfter = mails.filter((mail) => mail.includes("Subject: after ")).map(ourHeaders);
    expect(scoredAfter).toHaveLength(STREAM.after);
    for (const headers of scoredAfter) {
      expect(headers).toEqual([expect.stringMatching(/^X-SpamFlow: (Yes|No), score=/)]);
    }
  });
});

/** What a test uses of a system, so that `delivered` can be called by itself. */
function bound(running: MailSystem) {
  const { port, daemon } = running;
  return { port, daemon, delivered: (count: number) => running.delivered(count) };
}
