/** SMTP sessions with a real Postfix as clients may hold them, well-behaved or not. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { capturedMessages } from "../support/captured-messages.ts";
import { expectScored, keptMail, type KeptMail } from "../support/kept-mail.ts";
import { FORGED, headersOf } from "../support/mail-headers.ts";
import { MailSystem, removeFolder, stateFolder, trainInto } from "../support/mail-system.ts";
import { SmtpDialogue } from "../support/smtp-dialogue.ts";
import { canRunPostfix } from "../support/system.ts";
import { WholeCapture } from "../support/whole-capture.ts";

const HOST = "127.0.0.1";
const ENVELOPE = ["MAIL FROM:<sender@example.net>", "RCPT TO:<user@example.com>"];

let state = "";
let system: MailSystem;
let client: SmtpDialogue;
let port = 0;
let capture: WholeCapture;

/** Commands in one write. */
function lines(...commands: readonly string[]): string {
  return commands.map((command) => `${command}\r\n`).join("");
}

/** Headers, a blank line and a body, without the dot that ends it. */
function content(subject: string): string {
  return lines(...FORGED, `Subject: ${subject}`, "", "A line of text.");
}

async function connect(): Promise<void> {
  client = new SmtpDialogue({ host: HOST, port: system.port });
  port = await client.localPort();
}

async function sayAll(...commands: readonly string[]): Promise<void> {
  for (const command of commands) expect(await client.say(lines(command))).toMatch(/^[23]/);
}

/** What the daemon logged of the mails of a client's connection. */
function logged(clientPort: number): readonly string[] {
  return system.daemon.mailLines().filter((line) => line.includes(`]:${clientPort},`));
}

/**
 * All mails of this client's connection, in order: scored by the packets that a capture beside ours saw. Every capture
 * of the loopback interface stamps a packet by itself, so times are equal to some milliseconds only; counts are equal.
 */
async function expectOwnPackets(...mails: readonly KeptMail[]): Promise<void> {
  for (const mail of mails) expectScored(mail, port);
  const wanted = { port: system.port, clientPort: port, count: mails.length };
  const messages = await capturedMessages(capture.file, wanted);
  expect(messages.map(({ cut }) => cut)).toEqual(mails.map(() => "end-of-data"));
  for (const [n, { features }] of messages.entries())
    expect(mails[n]?.kept.features).toEqual(toMilliseconds(features));
}

/** What is divided by a time of microseconds on the loopback interface: a microsecond more doubles or halves it. */
const OVER_SHORT_TIMES = /_over_rtt$|^throughput$/;

/** Matchers of these values, for a difference below 5 ms: none at all where the value is a count. */
function toMilliseconds(features: Readonly<Record<string, number | null>>): object {
  const close = ([name, value]: [string, number | null]): [string, unknown] => [
    name,
    value === null ? null : matcherOf(name, value),
  ];
  return Object.fromEntries(Object.entries(features).map(close));
}

function matcherOf(name: string, value: number): unknown {
  return OVER_SHORT_TIMES.test(name) ? expect.any(Number) : expect.closeTo(value, 2);
}

describe.runIf(canRunPostfix())("scenario 16: a session with a real Postfix", () => {
  beforeAll(async () => {
    state = await stateFolder();
    await trainInto(state);
    system = await MailSystem.start(state, {
      host: HOST,
      milter: "unix",
      interfaceName: "lo",
      serve: ["--score-local"],
      settings: { smtpd_client_port_logging: "yes" },
    });
    capture = await WholeCapture.start({
      interfaceName: "lo",
      filter: `tcp port ${system.port}`,
      file: join(state, "beside.pcap"),
    });
  });
  afterAll(async () => {
    await system.stop();
    await capture.stop();
    await removeFolder(state);
  });

  it("may bring a mail in chunks", async () => {
    await connect();
    await client.begin();
    await sayAll(...ENVELOPE);
    const text = content("in chunks");
    const [first, second] = [text.slice(0, 60), text.slice(60)];
    expect(await client.say(`BDAT ${first.length}\r\n${first}`)).toMatch(/^250/);
    expect(await client.say(`BDAT ${second.length} LAST\r\n${second}`)).toMatch(/^250/);
    await client.quit();
    await expectOwnPackets(await keptMail(system, "in chunks"));
  });

  it("may bring a mail that ends with an empty chunk", async () => {
    await connect();
    await client.begin();
    await sayAll(...ENVELOPE);
    const text = content("an empty chunk");
    await client.say(`BDAT ${text.length}\r\n${text}`);
    expect(await client.say("BDAT 0 LAST\r\n")).toMatch(/^250/);
    await client.quit();
    await expectOwnPackets(await keptMail(system, "an empty chunk"));
  });

  it("may use UTF-8 in addresses and headers", async () => {
    await connect();
    await client.begin();
    await sayAll("MAIL FROM:<sénder@exämple.net> SMTPUTF8", "RCPT TO:<用户@example.com>", "DATA");
    const text = lines(...FORGED, "Message-ID: <ü1@example.net>", "Subject: Grüße", "", "Tschüß.");
    expect(await client.say(`${text}.\r\n`)).toMatch(/^250/);
    await client.quit();
    const mail = await keptMail(system, "Grüße");
    expectScored(mail, port);
    expect(mail.kept.message_id).toBe("ü1@example.net");
    expect(headersOf(mail.text)).toContain("X-Original-To: 用户@example.com");
    expect(logged(port)).toEqual([expect.stringContaining("from=<sénder@exämple.net>")]);
  });

  it("may begin without HELO, and have the null sender", async () => {
    await connect();
    await client.reply();
    await sayAll("MAIL FROM:<>", "RCPT TO:<user@example.com>", "DATA");
    expect(await client.say(`${content("no greeting")}.\r\n`)).toMatch(/^250/);
    await client.quit();
    expectScored(await keptMail(system, "no greeting"), port);
  });

  it("may give up transactions between its mails, and those are none", async () => {
    await connect();
    await client.begin();
    await sayAll(...ENVELOPE, "RSET");
    expect(await client.mail([...FORGED, "Subject: after RSET"])).toMatch(/^250/);
    await sayAll(...ENVELOPE, "EHLO client.example.net");
    expect(await client.mail([...FORGED, "Subject: after EHLO"])).toMatch(/^250/);
    await sayAll("MAIL FROM:<sender@example.net>");
    await client.quit();
    const first = await keptMail(system, "after RSET");
    const second = await keptMail(system, "after EHLO");
    await expectOwnPackets(first, second);
    expect(logged(port)).toHaveLength(2);
  });

  it("may have a recipient and a command refused amid its mail", async () => {
    await connect();
    await client.begin();
    await sayAll("MAIL FROM:<sender@example.net>");
    expect(await client.say(lines("RCPT TO:<user@example.org>"))).toMatch(/^554/);
    expect(await client.say(lines("NONSENSE"))).toMatch(/^500/);
    await sayAll("RCPT TO:<user@example.com>", "DATA");
    expect(await client.say(`${content("refused in part")}.\r\n`)).toMatch(/^250/);
    await client.quit();
    expectScored(await keptMail(system, "refused in part"), port);
  });

  it("may be pipelined", async () => {
    await connect();
    await client.begin();
    client.send(lines(...ENVELOPE, "DATA"));
    expect(await client.replies(3)).toEqual([
      expect.stringMatching(/^250/),
      expect.stringMatching(/^250/),
      expect.stringMatching(/^354/),
    ]);
    client.send(`${content("pipelined one")}.\r\n${lines(...ENVELOPE, "DATA")}`);
    expect((await client.replies(4)).map((reply) => reply.slice(0, 3))).toEqual([
      ...["250", "250", "250"],
      "354",
    ]);
    client.send(`${content("pipelined two")}.\r\nQUIT\r\n`);
    expect((await client.replies(2)).map((reply) => reply.slice(0, 3))).toEqual(["250", "221"]);
    client.destroy();
    const first = await keptMail(system, "pipelined one");
    const second = await keptMail(system, "pipelined two");
    await expectOwnPackets(first, second);
  });

  it("may end with its dot, and the mail is scored though the client is gone", async () => {
    await connect();
    await client.begin();
    await sayAll(...ENVELOPE, "DATA");
    client.send(`${content("gone after the dot")}.\r\n`);
    client.finish();
    expectScored(await keptMail(system, "gone after the dot"), port);
    client.destroy();
  });

  it.each([
    [
      "ends",
      (leaving: SmtpDialogue): void => {
        leaving.finish();
      },
    ],
    [
      "is reset",
      (leaving: SmtpDialogue): void => {
        leaving.reset();
      },
    ],
  ] as const)(
    "that %s within DATA brings no mail, and the next one's is scored",
    async (_, leave) => {
      await connect();
      await client.begin();
      client.send(lines(...ENVELOPE, "DATA"));
      await client.replies(3);
      client.send(content("never complete"));
      leave(client);
      await system.postfixLogged(new RegExp(`lost connection after DATA .*:${port}$`, "m"));
      client.destroy();
      expect(logged(port)).toEqual([]);

      const lost = port;
      await connect();
      await client.begin();
      const subject = `after the one from ${lost}`;
      expect(await client.mail([...FORGED, `Subject: ${subject}`])).toMatch(/^250/);
      await client.quit();
      expectScored(await keptMail(system, subject), port);
      expect(logged(lost)).toEqual([]);
    },
  );
});
