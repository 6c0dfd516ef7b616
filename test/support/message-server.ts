import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { fileURLToPath } from "node:url";

const SENDER = fileURLToPath(new URL("message-sender.mjs", import.meta.url));

export interface Traffic {
  readonly host: string;
  readonly port: number;
  /** Sessions side by side, and messages in each. */
  readonly sessions: number;
  readonly messages: number;
  readonly longestMessageBytes: number;
}

export function senderCommand(traffic: Traffic): string[] {
  const { host, port, sessions, messages, longestMessageBytes } = traffic;
  const numbers = [port, sessions, messages, longestMessageBytes].map(String);
  return [process.execPath, SENDER, host, ...numbers];
}

/** Sends the traffic from a program of its own, begun by `enter` (see PeerNetwork); resolves when it has all replies. */
export async function sendMessages(traffic: Traffic, enter: readonly string[] = []): Promise<void> {
  const [program = "", ...words] = [...enter, ...senderCommand(traffic)];
  const sender = spawn(program, words, { stdio: ["ignore", "ignore", "inherit"] });
  const [code] = (await once(sender, "exit")) as [number | null];
  if (code !== 0) throw new Error(`the sender ended with ${String(code)}`);
}

/**
 * A TCP server that replies to whatever it reads with one byte, once `answer` has settled: what a mail server does at the
 * end of a message, where the bytes read are known exactly.
 */
export class MessageServer {
  readonly #server: Server;

  static async listen(
    host: string,
    answer: (socket: Socket, bytesRead: number) => Promise<void>,
  ): Promise<MessageServer> {
    const server = createServer((socket) => {
      socket.setNoDelay(true);
      socket.on("error", () => socket.destroy());
      socket.on("data", () => {
        void answer(socket, socket.bytesRead).then(() => socket.write("."));
      });
    });
    server.listen(0, host);
    await once(server, "listening");
    return new MessageServer(server);
  }

  private constructor(server: Server) {
    this.#server = server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
  }
}
