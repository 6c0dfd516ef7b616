/** SpamFlow among other milters of a real Postfix, and a milter that is absent. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LoggingProcess } from "../../src/demo/logging-process.ts";
import { builtFile } from "../support/built.ts";
import { freePort } from "../support/free-port.ts";
import { expectScored, keptMail } from "../support/kept-mail.ts";
import { FORGED, headersOf, ourHeaders } from "../support/mail-headers.ts";
import { MailSystem, removeFolder, stateFolder, trainInto } from "../support/mail-system.ts";
import { SmtpDialogue } from "../support/smtp-dialogue.ts";
import { canRunPostfix } from "../support/system.ts";

const HOST = "127.0.0.1";
const OTHER_MILTER = fileURLToPath(new URL("../support/other-milter.mjs", import.meta.url));
const READY_DEADLINE_MS = 10_000;

/** An smtpd(8) with these milters, as a row of master.cf has it. */
function smtpdWith(...milters: readonly string[]): string {
  return `- smtpd -o { smtpd_milters = ${milters.join(", ")} }`;
}

let state = "";
let system: MailSystem;
let other: LoggingProcess;
/** Where a milter listens that a test starts, and ends amid a session. */
let leaving = "";
/** The client's end of the connection at hand, and its port. */
let client: SmtpDialogue;
let port = 0;

/** Another filter beside ours, once it listens there. */
async function startOther(listen: string): Promise<LoggingProcess> {
  const library = pathToFileURL(builtFile("milter/index.ts")).href;
  const command = [process.execPath, OTHER_MILTER, library, listen] as const;
  const milter = new LoggingProcess({ name: "the other milter", command });
  await milter.line("ready", READY_DEADLINE_MS);
  return milter;
}

async function connect(listener: string): Promise<void> {
  client = new SmtpDialogue({ host: HOST, port: system.portOf(listener) });
  await client.begin();
  port = await client.localPort();
}

/** The reply that refuses a mail, at whatever step, or the one to its end. */
async function outcome(subject: string): Promise<string> {
  const steps = ["RSET", "MAIL FROM:<sender@example.net>", "RCPT TO:<user@example.com>", "DATA"];
  for (const step of steps) {
    const reply = await client.say(`${step}\r\n`);
    if (!/^[23]/.test(reply)) return reply;
  }
  return client.say(`Subject: ${subject}\r\n\r\nA line of text.\r\n.\r\n`);
}

/** What the daemon logged of the mails of this client's connection. */
function logged(): readonly string[] {
  return system.daemon.mailLines().filter((line) => line.includes(`]:${port},`));
}

function otherSaw(mail: string): readonly string[] {
  return headersOf(mail).flatMap((line) => /^X-Other-Saw: (.*)$/.exec(line)?.[1] ?? []);
}

describe.runIf(canRunPostfix())("scenario 16: a real Postfix with two milters", () => {
  beforeAll(async () => {
    state = await stateFolder();
    await trainInto(state);
    const ours = `unix:${state}/milter.sock`;
    const others = `inet:${HOST}:${await freePort()}`;
    const absent = `unix:${state}/absent.sock`;
    leaving = `inet:${HOST}:${await freePort()}`;
    other = await startOther(others);
    system = await MailSystem.start(state, {
      host: HOST,
      milter: "unix",
      interfaceName: "lo",
      serve: ["--score-local"],
      listeners: {
        first: smtpdWith(ours, others),
        second: smtpdWith(others, ours),
        "before an absent one": smtpdWith(ours, `{ ${absent}, default_action=accept }`),
        "absent, accept": smtpdWith(`{ ${absent}, default_action=accept }`),
        "absent, tempfail": smtpdWith(`{ ${absent}, default_action=tempfail }`),
        "absent, reject": smtpdWith(`{ ${absent}, default_action=reject }`),
        "absent, quarantine": smtpdWith(`{ ${absent}, default_action=quarantine }`),
        "leaving, accept": smtpdWith(`{ ${leaving}, default_action=accept }`),
        "leaving, tempfail": smtpdWith(`{ ${leaving}, default_action=tempfail }`),
      },
    });
  });
  afterAll(async () => {
    await other.stop();
    await system.stop();
    await removeFolder(state);
  });
  it("shows the other one our header alone where we stand first", async () => {
    await connect("first");
    expect(await client.mail([...FORGED, "Subject: we are first"])).toMatch(/^250/);
    await client.quit();
    const mail = await keptMail(system, "we are first");
    expectScored(mail, port);
    expect(otherSaw(mail.text)).toEqual([mail.kept.verdict]);
  });

  it("shows the other one the forged headers where we stand second, and we delete its own too", async () => {
    await connect("second");
    expect(await client.mail([...FORGED, "Subject: second, and forged again"])).toMatch(/^250/);
    await client.quit();
    const mail = await keptMail(system, "second, and forged again");
    expectScored(mail, port);
    expect(otherSaw(mail.text)).toEqual(["No No No"]);
  });

  it("keeps nothing of a mail that an earlier one refused", async () => {
    await connect("second");
    const refused = ["Message-ID: <refused@example.net>", "Subject: refused"];
    expect(await client.mail([...FORGED, ...refused])).toBe("550 5.7.1 refused by another filter");
    expect(await client.mail([...FORGED, "Subject: after a refusal"])).toMatch(/^250/);
    await client.quit();
    const mail = await keptMail(system, "after a refusal");
    expectScored(mail, port);
    const kept = await readFile(join(state, "mails.jsonl"), "utf8");
    expect(kept).toContain(mail.kept.id);
    expect(kept).not.toContain("refused@example.net");
    expect(logged()).toEqual([expect.stringContaining(`id=${mail.kept.id}`)]);
  });

  it("keeps our decision on a mail that a later one refuses", async () => {
    await connect("first");
    expect(await client.mail([...FORGED, "Subject: refused"])).toMatch(/^550 5\.7\.1 refused/);
    await client.quit();
    await system.daemon.logged(new RegExp(`]:${port}, verdict=(Yes|No), score=`));
    expect(logged()).toHaveLength(1);
  });

  it("scores a mail though another milter is absent", async () => {
    await connect("before an absent one");
    expect(await client.mail([...FORGED, "Subject: beside an absent one"])).toMatch(/^250/);
    await client.quit();
    expectScored(await keptMail(system, "beside an absent one"), port);
  });

  it("lets a mail pass where its milter is absent and default_action is accept", async () => {
    await connect("absent, accept");
    expect(await client.mail(["Subject: unseen"])).toMatch(/^250/);
    await client.quit();
    expect(ourHeaders(await system.mail("unseen"))).toEqual([]);
    expect(logged()).toEqual([]);
  });

  it("puts a client off where its milter is absent and default_action is tempfail", async () => {
    await connect("absent, tempfail");
    expect(await client.say("MAIL FROM:<sender@example.net>\r\n")).toMatch(/^451 4\.7\.1/);
    await client.quit();
  });

  it("refuses a client where its milter is absent and default_action is reject", async () => {
    await connect("absent, reject");
    expect(await client.say("MAIL FROM:<sender@example.net>\r\n")).toMatch(/^550 5\./);
    await client.quit();
  });

  it("holds a mail where its milter is absent and default_action is quarantine", async () => {
    await connect("absent, quarantine");
    expect(await client.mail(["Subject: held"])).toMatch(/^250/);
    await client.quit();
    await system.postfixLogged(/: milter-hold: DATA from .* milter triggers HOLD action/);
  });

  it.each([
    ["accept", /^250/],
    ["tempfail", /^451 4\.7\.1/],
  ])("does the same (%s) with the rest of a session whose milter goes", async (action, answer) => {
    const milter = await startOther(leaving);
    await connect(`leaving, ${action}`);
    expect(await client.mail(["Subject: before it goes"])).toMatch(/^250/);
    await milter.stop();
    for (const subject of ["after it went", "and once more"]) {
      expect(await outcome(`${subject}, ${action}`)).toMatch(answer);
      if (action === "accept")
        expect(otherSaw(await system.mail(`${subject}, ${action}`))).toEqual([]);
    }
    await client.quit();
  });
});
