import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, Socket } from "node:net";
import { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
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
  /** The TCP connection; the same as #stream where there is no TLS in between. */
  readonly #connection: Duplex;
  #stream: Duplex;
  #lines: AsyncIterator<string, undefined>;

  constructor(server: SmtpServer) {
    this.#connection = this.#stream = connection(server);
    this.#lines = linesOf(this.#stream);
  }

  /** Our own port, once there is a connection; for connections from this namespace. */
  async localPort(): Promise<number> {
    const socket = this.#ownSocket();
    if (socket.connecting) await once(socket, "connect");
    return socket.localPort ?? 0;
  }

  /** Sends text and resolves to the last line of the reply. */
  async say(text: string): Promise<string> {
    this.send(text);
    return this.reply();
  }

  /** Sends text and waits for nothing. */
  send(text: string): void {
    this.#stream.write(text);
  }

  /** The last lines of the next replies. */
  async replies(count: number): Promise<string[]> {
    const replies: string[] = [];
    while (replies.length < count) replies.push(await this.reply());
    return replies;
  }

  /** The last line of the next reply. */
  async reply(): Promise<string> {
    for (;;) {
      const next = await this.#lines.next();
      if (next.done === true) throw new Error("the server hung up");
      if (next.value[3] !== "-") return next.value;
    }
  }

  /** Goes on in TLS, whoever the server is: its certificate is not looked at. */
  encrypt(): void {
    this.#stream = connectTls({ socket: this.#connection, rejectUnauthorized: false });
    this.#lines = linesOf(this.#stream);
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
    this.destroy();
  }

  /** Sends no more; what was sent before still arrives. */
  finish(): void {
    this.#stream.end();
  }

  destroy(): void {
    this.#stream.destroy();
    this.#connection.destroy();
  }

  /** Ends the connection with a reset, as a host does that forgot it. */
  reset(): void {
    this.#ownSocket().resetAndDestroy();
  }

  #ownSocket(): Socket {
    if (this.#connection instanceof Socket) return this.#connection;
    throw new TypeError("the connection is in another process");
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
