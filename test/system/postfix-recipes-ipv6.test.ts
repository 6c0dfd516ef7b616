/** The same ways into a real Postfix over IPv6, whose addresses every part of it spells in another way. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectNoFlow, expectScored, keptMail } from "../support/kept-mail.ts";
import { FORGED } from "../support/mail-headers.ts";
import { MailSystem, removeFolder, stateFolder, trainInto } from "../support/mail-system.ts";
import { SmtpDialogue } from "../support/smtp-dialogue.ts";
import { canRunPostfix } from "../support/system.ts";

const HOST = "::1";

/** Rows of master.cf from the greatest number of processes on. */
const LISTENERS = {
  xclient: "- smtpd -o smtpd_authorized_xclient_hosts=[::1]",
  screened:
    "1 postscreen -o postscreen_access_list= -o postscreen_greet_wait=1s -o postscreen_greet_action=enforce",
};
const BEHIND_POSTSCREEN = ["smtpd pass - - n - - smtpd", "dnsblog unix - - n - 0 dnsblog"];

describe.runIf(canRunPostfix())("scenario 16: a mail that comes over IPv6", () => {
  let state = "";
  let system: MailSystem;
  let client: SmtpDialogue;
  let port = 0;

  async function connect(to: number): Promise<void> {
    client = new SmtpDialogue({ host: HOST, port: to });
    await client.begin();
    port = await client.localPort();
  }

  async function send(subject: string): Promise<void> {
    expect(await client.mail([...FORGED, `Subject: ${subject}`])).toMatch(/^250/);
    await client.quit();
  }

  beforeAll(async () => {
    state = await stateFolder();
    await trainInto(state);
    system = await MailSystem.start(state, {
      host: HOST,
      milter: "inet",
      interfaceName: "lo",
      serve: ["--score-local"],
      listeners: LISTENERS,
      services: BEHIND_POSTSCREEN,
    });
  });
  afterAll(async () => {
    await system.stop();
    await removeFolder(state);
  });

  it("is scored by its flow", async () => {
    await connect(system.port);
    await send("direct");
    const mail = await keptMail(system, "direct");
    expectScored(mail, port, HOST);
    expect(mail.kept.server).toEqual({ address: HOST, port: system.port });
  });

  it("is scored mail by mail in one session", async () => {
    await connect(system.port);
    expect(await client.mail([...FORGED, "Subject: the first"])).toMatch(/^250/);
    await send("the second");
    for (const subject of ["the first", "the second"])
      expectScored(await keptMail(system, subject), port, HOST);
  });

  it("through postscreen is scored by the flow that postscreen took", async () => {
    await connect(system.portOf("screened"));
    await send("screened");
    await system.postfixLogged(new RegExp(`PASS NEW \\[::1\\]:${port}`));
    expectScored(await keptMail(system, "screened"), port, HOST);
  });

  it("by XCLIENT is that of the client it names", async () => {
    await connect(system.portOf("xclient"));
    const announced = `XCLIENT ADDR=IPV6:2001:db8::45 PORT=${port} NAME=mail.example.net\r\n`;
    expect(await client.say(announced)).toMatch(/^220/);
    expect(await client.say("EHLO mail.example.net\r\n")).toMatch(/^250/);
    await send("xclient");
    expectNoFlow(await keptMail(system, "xclient"), { address: "2001:db8::45", port });
  });
});
