/** The ways in which a mail comes into a real Postfix, each with what the milter makes of its client. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemEnvironment } from "../../src/demo/run-command.ts";
import { selfSigned } from "../support/certificate.ts";
import { expectNoFlow, expectScored, keptMail } from "../support/kept-mail.ts";
import { FORGED, headersOf } from "../support/mail-headers.ts";
import { MailSystem, removeFolder, stateFolder, trainInto } from "../support/mail-system.ts";
import { SmtpDialogue } from "../support/smtp-dialogue.ts";
import { canRunPostfix } from "../support/system.ts";

const HOST = "127.0.0.1";

/** Rows of master.cf from the greatest number of processes on. */
const LISTENERS = {
  proxied: "- smtpd -o smtpd_upstream_proxy_protocol=haproxy",
  xclient: "- smtpd -o smtpd_authorized_xclient_hosts=127.0.0.0/8",
  wrapped: "- smtpd -o smtpd_tls_wrappermode=yes",
  // The access list is empty because postscreen(8) tests no client of mynetworks otherwise.
  screened:
    "1 postscreen -o postscreen_access_list= -o postscreen_greet_wait=1s -o postscreen_greet_action=enforce",
};
const BEHIND_POSTSCREEN = ["smtpd pass - - n - - smtpd", "dnsblog unix - - n - 0 dnsblog"];
const GREET_WAIT_SECONDS = 1;

let state = "";
let system: MailSystem;

function client(listener: keyof typeof LISTENERS): SmtpDialogue {
  return new SmtpDialogue({ host: HOST, port: system.portOf(listener) });
}

/** One mail with forged headers in a session that has begun, and its end. */
async function send(dialogue: SmtpDialogue, subject: string): Promise<void> {
  expect(await dialogue.mail([...FORGED, `Subject: ${subject}`])).toMatch(/^250/);
  await dialogue.quit();
}

function sendmail(sender: string, text: string): Promise<void> {
  const words = ["-C", join(system.postfix.folder, "etc"), "-i", "-f", sender, "user@example.com"];
  return new Promise((resolve, reject) => {
    const child = execFile("sendmail", words, { env: systemEnvironment() }, (error) => {
      if (error === null) resolve();
      else reject(new Error("sendmail failed", { cause: error }));
    });
    child.stdin?.end(text);
  });
}

describe.runIf(canRunPostfix())("scenario 16: a mail that comes to a real Postfix", () => {
  beforeAll(async () => {
    state = await stateFolder();
    await trainInto(state);
    system = await MailSystem.start(state, {
      host: HOST,
      milter: "inet",
      interfaceName: "lo",
      serve: ["--score-local", "--skipped", "header"],
      listeners: LISTENERS,
      services: BEHIND_POSTSCREEN,
      settings: { non_smtpd_milters: "$smtpd_milters", ...(await selfSigned(state)) },
    });
  });
  afterAll(async () => {
    await system.stop();
    await removeFolder(state);
  });

  it.each([
    { family: "TCP4", address: "192.0.2.44", server: "198.51.100.2" },
    { family: "TCP6", address: "2001:db8::44", server: "2001:db8::2" },
  ])(
    "over HAProxy's protocol ($family) is not scored by the proxy's own flow",
    async ({ family, address, server }) => {
      const proxy = client("proxied");
      const port = await proxy.localPort();
      proxy.send(`PROXY ${family} ${address} ${server} ${port} 25\r\n`);
      await proxy.begin();
      await send(proxy, `proxied ${family}`);
      expectNoFlow(await keptMail(system, `proxied ${family}`), { address, port });
    },
  );

  it("by XCLIENT is that of the second milter connection, and the first is no mail", async () => {
    const proxy = client("xclient");
    await proxy.begin();
    const localPort = await proxy.localPort();
    const announced = `XCLIENT ADDR=192.0.2.45 PORT=${localPort} NAME=mail.example.net\r\n`;
    expect(await proxy.say(announced)).toMatch(/^220/);
    expect(await proxy.say("EHLO mail.example.net\r\n")).toMatch(/^250/);
    await send(proxy, "xclient");
    const mail = await keptMail(system, "xclient");
    expectNoFlow(mail, { address: "192.0.2.45", port: localPort });
    const lines = system.daemon.mailLines().filter((line) => line.includes(`]:${localPort},`));
    expect(lines).toEqual([
      expect.stringContaining(`client=mail.example.net[192.0.2.45]:${localPort}, verdict=Unknown`),
    ]);
  });

  it("by XCLIENT with a login is authenticated, and not scored", async () => {
    const proxy = client("xclient");
    await proxy.begin();
    await proxy.say("XCLIENT LOGIN=somebody\r\n");
    await proxy.say("EHLO mail.example.net\r\n");
    await send(proxy, "login");
    const { header, kept } = await keptMail(system, "login");
    expect(header).toMatch(/^X-SpamFlow: Unknown, reason=authenticated id=\w+$/);
    expect(kept.record).toBeNull();
  });

  it.each(["sender@example.net", "<>"])(
    "by sendmail(1) from %s is local, though local clients are scored",
    async (sender) => {
      const subject = `by sendmail from ${sender}`;
      await sendmail(sender, [...FORGED, `Subject: ${subject}`, "", "A line of text."].join("\n"));
      const { header, kept } = await keptMail(system, subject);
      expect(header).toMatch(/^X-SpamFlow: Unknown, reason=local id=\w+$/);
      expect(kept.client).toEqual({ address: "127.0.0.1", port: 0 });
    },
  );

  it("after STARTTLS is scored by the flow, though its words are hidden", async () => {
    const sender = new SmtpDialogue({ host: HOST, port: system.port });
    await sender.begin();
    expect(await sender.say("STARTTLS\r\n")).toMatch(/^220/);
    sender.encrypt();
    expect(await sender.say("EHLO client.example.net\r\n")).toMatch(/^250/);
    const localPort = await sender.localPort();
    await send(sender, "starttls");
    const mail = await keptMail(system, "starttls");
    expectScored(mail, localPort);
    expect(mail.text).toContain("with ESMTPS id");
  });

  it("within TLS from the first byte is scored by the flow", async () => {
    const sender = client("wrapped");
    sender.encrypt();
    await sender.begin();
    const localPort = await sender.localPort();
    await send(sender, "wrapped");
    const mail = await keptMail(system, "wrapped");
    expectScored(mail, localPort);
    expect(mail.text).toContain("with ESMTPS id");
  });

  it("through postscreen is scored by the flow that postscreen took and smtpd was given", async () => {
    const sender = client("screened");
    await sender.begin();
    const localPort = await sender.localPort();
    await send(sender, "screened");
    const mail = await keptMail(system, "screened");
    await system.postfixLogged(new RegExp(`PASS NEW \\[127\\.0\\.0\\.1\\]:${localPort}`));
    expectScored(mail, localPort);
    expect(mail.kept.server).toEqual({ address: HOST, port: system.portOf("screened") });
    expect(mail.kept.features?.["client_max_idle"]).toBeGreaterThanOrEqual(GREET_WAIT_SECONDS);
  });

  it("keeps the headers of other filters", async () => {
    const sender = new SmtpDialogue({ host: HOST, port: system.port });
    await sender.begin();
    await send(sender, "others");
    expect(headersOf((await keptMail(system, "others")).text)).toContain("X-Spam-Flag: NO");
  });
});
