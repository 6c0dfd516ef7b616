import { spawn } from "node:child_process";
import { connect } from "node:net";
import { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";

const PIPE = fileURLToPath(new URL("./socket-pipe.mjs", import.meta.url));

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** The words that start a program in the client's network namespace, and the address that it sends from. */
  readonly from?: { readonly enter: readonly string[]; readonly address: string };
}

/** A connection from here, or one from another namespace, which a program in there makes and pipes. */
function connection({ host, port, from }: SmtpServer): Duplex {
  if (from === undefined) return connect({ host, port, noDelay: true });
  const words: readonly string[] = [
    ...from.enter,
    process.execPath,
    PIPE,
    host,
    String(port),
    from.address,
  ];
  const [program = "", ...rest] = words;
  const child = spawn(program, rest, { stdio: ["pipe", "pipe", "inherit"] });
  return Duplex.from({ writable: child.stdin, readable: child.stdout });
}

/** An SMTP client whose every step a test writes down. */
export class SmtpDialogue {
  readonly #socket: Duplex;
  readonly #lines: AsyncIterator<string, undefined>;

  constructor(server: SmtpServer) {
    this.#socket = connection(server);
    this.#lines = linesOf(this.#socket);
  }

  /** Sends text and resolves to the last line of the reply. */
  async say(text: string): Promise<string> {
    this.#socket.write(text);
    return this.reply();
  }

  /** The last line of the next reply. */
  async reply(): Promise<string> {
    for (;;) {
      const next = await this.#lines.next();
      if (next.done === true) throw new Error("the server hung up");
      if (next.value[3] !== "-") return next.value;
    }
  }

  /** Greeting and EHLO. */
  async begin(): Promise<void> {
    await this.reply();
    await this.say("EHLO client.example.net\r\n");
  }

  /** One mail; resolves to the reply to its end of data. */
  async mail(headers: readonly string[], recipient = "user@example.com"): Promise<string> {
    await this.say("MAIL FROM:<sender@example.net>\r\n");
    await this.say(`RCPT TO:<${recipient}>\r\n`);
    await this.say("DATA\r\n");
    return this.say(`${headers.join("\r\n")}\r\n\r\nA line of text.\r\n.\r\n`);
  }

  async quit(): Promise<void> {
    await this.say("QUIT\r\n");
    this.#socket.destroy();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

async function* linesOf(socket: Duplex): AsyncGenerator<string, undefined> {
  let rest = "";
  for await (const chunk of socket.setEncoding("latin1")) {
    const lines = `${rest}${String(chunk)}`.split("\r\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  return undefined;
}
