/** The sending side of SMTP (RFC 5321), with the manners of the host that it plays. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { mailContent } from "./mail-content.ts";
import type { PlannedConnection, PlannedMail } from "./mail-plan.ts";
import { exponential, seededRandom, type Random } from "./seeded-random.ts";

/** A connection that has not done its work by then is given up; even a crowded link needs less, unless it loses all. */
const CONNECTION_LIMIT_MS = 45_000;

/** Longest reply line that is kept; RFC 5321 §4.5.3.1.5 allows 512 octets. */
const MAX_REPLY_CHARACTERS = 4_096;

export interface MailServer {
  readonly host: string;
  readonly port: number;
}

/** Sends the mails of one connection. `onAccepted` is told each mail that the server has taken. */
export async function sendMails(
  plan: PlannedConnection,
  server: MailServer,
  onAccepted: (mail: PlannedMail) => void,
): Promise<void> {
  const conversation = new Conversation(plan, server);
  try {
    await conversation.greet();
    for (const mail of plan.mails) {
      await conversation.announce(mail);
      if (plan.breaksOff) {
        conversation.breakOff(mail);
        return;
      }
      await conversation.deliver(mail);
      onAccepted(mail);
    }
    await conversation.leave();
  } finally {
    conversation.end();
  }
}

class Conversation {
  readonly #plan: PlannedConnection;
  readonly #socket: Socket;
  readonly #replies: AsyncIterator<string, undefined>;
  readonly #random: Random;
  readonly #limit: NodeJS.Timeout;

  constructor(plan: PlannedConnection, server: MailServer) {
    this.#plan = plan;
    this.#socket = connect({ ...server, localAddress: plan.address, noDelay: true });
    this.#limit = setTimeout(() => {
      this.#socket.destroy(new Error(`given up after ${CONNECTION_LIMIT_MS / 1_000} s`));
    }, CONNECTION_LIMIT_MS);
    // An error comes out of the iteration over the replies; one that comes later changes nothing.
    this.#socket.on("error", () => undefined);
    this.#replies = repliesFrom(this.#socket);
    this.#random = seededRandom(Math.floor(plan.startMs), plan.address);
  }

  async greet(): Promise<void> {
    await this.#expect("220");
    const name = `${this.#plan.address.replaceAll(/[.:]+/g, "-")}.example.net`;
    await this.#command(`${this.#plan.manners.hello} ${name}`, "250");
  }

  /** Everything up to the server's invitation to send the content. */
  async announce({ recipient }: PlannedMail): Promise<void> {
    const commands = [`MAIL FROM:<${this.#sender}>`, `RCPT TO:<${recipient}>`, "DATA"];
    const codes = ["250", "250", "354"];
    if (this.#plan.manners.pipelines) {
      await this.#think();
      this.#socket.write(commands.map((command) => `${command}\r\n`).join(""));
      for (const code of codes) await this.#expect(code);
      return;
    }
    for (const [index, command] of commands.entries()) {
      await this.#command(command, codes[index] ?? "250");
    }
  }

  async deliver(mail: PlannedMail): Promise<void> {
    await this.#think();
    this.#socket.write(`${mailContent(mail, this.#sender)}.\r\n`);
    await this.#expect("250");
  }

  /** Sends half of the content, and a reset. */
  breakOff(mail: PlannedMail): void {
    this.#socket.write(mailContent(mail, this.#sender).slice(0, mail.bytes / 2));
    this.#socket.resetAndDestroy();
  }

  async leave(): Promise<void> {
    if (this.#plan.manners.leaves !== "quit") {
      this.#socket.resetAndDestroy();
      return;
    }
    await this.#command("QUIT", "221");
    this.#socket.end();
    if (!this.#socket.destroyed) await once(this.#socket, "close");
  }

  end(): void {
    clearTimeout(this.#limit);
    this.#socket.destroy();
  }

  get #sender(): string {
    return `${this.#plan.address.replaceAll(/[.:]+/g, "-")}@example.net`;
  }

  async #command(line: string, code: string): Promise<void> {
    await this.#think();
    this.#socket.write(`${line}\r\n`);
    await this.#expect(code);
  }

  async #think(): Promise<void> {
    await pause(exponential(this.#random, this.#plan.manners.thinkMs));
  }

  async #expect(code: string): Promise<void> {
    const reply = await this.#replies.next();
    if (reply.done === true) throw new Error(`the server hung up where ${code} was due`);
    if (!reply.value.startsWith(code)) throw new Error(`"${reply.value}" where ${code} was due`);
  }
}

/** The last line of each reply. */
async function* repliesFrom(socket: Socket): AsyncGenerator<string, undefined> {
  let text = "";
  for await (const chunk of socket.setEncoding("latin1")) {
    const lines = `${text}${String(chunk)}`.split("\r\n");
    text = lines.pop() ?? "";
    if (text.length > MAX_REPLY_CHARACTERS) throw new Error("the server's reply has no end");
    for (const line of lines) if (line[3] !== "-") yield line;
  }
  return undefined;
}
