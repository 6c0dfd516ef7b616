/** The time that a mail takes through the real Postfix, with and without the milter, in turn. */
import { chmod, mkdir } from "node:fs/promises";
import { createConnection, createServer } from "node:net";
import { join } from "node:path";
import { PrivatePostfix } from "../../dist/src/demo/private-postfix.js";
import { markdownTable, median, quantile } from "../measuring/table.mjs";
import { socketOf, start } from "./servers.mjs";
import { warmUp } from "./transactions.mjs";

const WARM_UP = 20;
const DELIVERY_DEADLINE_MS = 30_000;
const BODY = `${"A line of an ordinary mail, of some seventy characters, without meaning\r\n".repeat(28)}`;

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** One SMTP session on which mails are sent one after another, each write as a mail client makes it. */
class SmtpSession {
  #socket;
  #lines;

  static async open(port) {
    const session = new SmtpSession();
    session.#socket = createConnection({ host: "127.0.0.1", port, noDelay: true });
    session.#lines = replies(session.#socket);
    await session.#expect("220");
    await session.#say("EHLO client.example.net", "250");
    return session;
  }

  /** Milliseconds from MAIL to the answer to the dot. */
  async mail() {
    const started = performance.now();
    await this.#say("MAIL FROM:<sender@example.net>", "250");
    await this.#say("RCPT TO:<user@example.com>", "250");
    await this.#say("DATA", "354");
    await this.#say(`Subject: bench\r\nMessage-ID: <${started}@bench>\r\n\r\n${BODY}.`, "250");
    return performance.now() - started;
  }

  async close() {
    await this.#say("QUIT", "221");
    this.#socket.destroy();
  }

  async #say(line, code) {
    this.#socket.write(`${line}\r\n`);
    await this.#expect(code);
  }

  async #expect(code) {
    const { value } = await this.#lines.next();
    if (!value?.startsWith(code)) throw new Error(`Postfix says ${value}, not ${code}`);
  }
}

/** Replies, the last line of each. */
async function* replies(socket) {
  let text = "";
  for await (const chunk of socket) {
    text += chunk;
    const lines = text.split("\r\n");
    text = lines.pop();
    for (const line of lines) if (line[3] === " ") yield line;
  }
}

async function withPostfix({ milter, kind, folder, load }, use) {
  const socket = socketOf(kind, folder, 60);
  const server = await start(milter, socket);
  warmUp(load, socket, server);
  // Postfix's smtpd runs as its own user; a milter that it cannot reach would be left out, and cost nothing.
  if (kind === "unix") await chmod(socket.target, 0o777);
  const [plain, filtered] = [await freePort(), await freePort()];
  const postfix = await PrivatePostfix.create({
    folder: join(folder, `postfix-${kind}-${milter.name.slice(0, 3)}`),
    listen: [`127.0.0.1:${filtered}`],
    milters: kind === "unix" ? socket.spec : `inet:127.0.0.1:${socket.target}`,
    services: [`127.0.0.1:${plain} inet n - n - - smtpd -o smtpd_milters=`],
  });
  try {
    await postfix.start();
    const times = await use({ plain, filtered });
    await checkFiltered(postfix, times.filtered.length);
    return times;
  } finally {
    await postfix.remove();
    await server.stop();
  }
}

/** The milter's header has to be in every mail that went through it. */
async function checkFiltered(postfix, mails) {
  await postfix.waitUntilDelivered(2 * mails, DELIVERY_DEADLINE_MS);
  const marked = (await postfix.mails()).filter(({ text }) => /^X-(Bench|SpamFlow):/m.test(text));
  if (marked.length < mails) throw new Error(`${marked.length} of ${mails} mails met the milter`);
}

async function timesOf(ports, mails) {
  const sessions = {
    plain: await SmtpSession.open(ports.plain),
    filtered: await SmtpSession.open(ports.filtered),
  };
  const times = { plain: [], filtered: [] };
  for (let mail = 0; mail < mails + WARM_UP; mail += 1) {
    for (const way of mail % 2 === 0 ? ["plain", "filtered"] : ["filtered", "plain"]) {
      const took = await sessions[way].mail();
      if (mail >= WARM_UP) times[way].push(took);
    }
  }
  await sessions.plain.close();
  await sessions.filtered.close();
  return times;
}

async function rowOf(setting, mails) {
  const times = await withPostfix(setting, (ports) => timesOf(ports, mails));
  const [without, withIt] = [median(times.plain), median(times.filtered)];
  const p90 = [quantile(times.plain, 0.9), quantile(times.filtered, 0.9)];
  const figures = [without, withIt, withIt - without, ...p90].map((value) => value.toFixed(2));
  return [setting.kind, setting.milter.name, ...figures];
}

export async function postfixTable(milters, load, folder, { mails, sockets }) {
  const rows = [];
  await mkdir(join(folder, "state"), { recursive: true });
  for (const kind of sockets) {
    for (const milter of milters) rows.push(await rowOf({ milter, kind, folder, load }, mails));
  }
  const head = ["socket", "milter", "median without, ms", "with, ms", "grows by, ms"];
  return markdownTable([...head, "p90 without", "p90 with"], rows);
}
