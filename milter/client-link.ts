import { connect, type NetConnectOpts, type Socket } from "node:net";

import { MilterProtocolError, MilterSpecError } from "./errors.ts";
import { formatListenSpec, type ListenSpec } from "./listen-spec.ts";
import { type Packet, PacketSplitter } from "./wire/packet-splitter.ts";

interface Reader {
  readonly resolve: (packet: Packet) => void;
  readonly reject: (error: Error) => void;
}

function connectOptions(target: ListenSpec): NetConnectOpts {
  if (target.kind === "unix") return { path: target.path };
  if (target.kind === "tcp") return { host: target.host, port: target.port, noDelay: true };
  throw new MilterSpecError(formatListenSpec(target), "a client cannot connect to a descriptor");
}

/**
 * Packets to and from a milter. As in Postfix, what is written waits until a reply is wanted, so that everything up to
 * there goes out together.
 */
export class ClientLink {
  readonly #socket: Socket;
  readonly #splitter = new PacketSplitter();
  readonly #timeoutMs: number;
  #outgoing: Buffer[] = [];
  #reader: Reader | undefined;
  #failure: Error | undefined;

  private constructor(socket: Socket, timeoutMs: number) {
    this.#socket = socket;
    this.#timeoutMs = timeoutMs;
    socket.on("data", (chunk: Buffer) => {
      this.#splitter.push(chunk);
      this.#deliver();
    });
    socket.on("error", (error) => {
      this.#fail(new MilterProtocolError("connection-lost", error.message, { cause: error }));
    });
    socket.on("close", () => {
      this.#fail(new MilterProtocolError("connection-lost", "the milter closed the connection"));
    });
  }

  /** Rejects with the system's error when nobody listens there. `timeoutMs` bounds each wait for a packet. */
  static open(target: ListenSpec, timeoutMs: number): Promise<ClientLink> {
    return new Promise((resolve, reject) => {
      const socket = connect(connectOptions(target));
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new ClientLink(socket, timeoutMs));
      });
    });
  }

  write(packet: Buffer): void {
    this.#outgoing.push(packet);
  }

  flush(): void {
    if (this.#outgoing.length === 0) return;
    const burst = Buffer.concat(this.#outgoing);
    this.#outgoing = [];
    if (this.#socket.writable) this.#socket.write(burst);
  }

  /** The next packet of the milter, one reader at a time. Rejects with MilterProtocolError. */
  async read(): Promise<Packet> {
    this.flush();
    const packet = this.#splitter.next();
    if (packet !== undefined) return packet;
    if (this.#failure !== undefined) throw this.#failure;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Packet>((resolve, reject) => {
        this.#reader = { resolve, reject };
        timer = setTimeout(() => {
          const detail = `no reply within ${this.#timeoutMs} ms`;
          this.#fail(new MilterProtocolError("timed-out", detail));
        }, this.#timeoutMs);
      });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Writes what waits and closes; resolves when the socket is gone. */
  async end(): Promise<void> {
    this.flush();
    if (this.#socket.closed) return;
    const closed = new Promise<void>((resolve) => {
      this.#socket.once("close", () => {
        resolve();
      });
    });
    this.#socket.destroySoon();
    await closed;
  }

  #deliver(): void {
    const reader = this.#reader;
    if (reader === undefined) return;
    try {
      const packet = this.#splitter.next();
      if (packet === undefined) return;
      this.#reader = undefined;
      reader.resolve(packet);
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#reader?.reject(error);
    this.#reader = undefined;
    this.#socket.destroy();
  }
}
