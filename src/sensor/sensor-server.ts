import { randomBytes } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { listenOn, type ListenSpec, type UnixSocketOptions } from "../../milter/index.ts";
import type { FlowObserver } from "../../features/index.ts";
import type { Log } from "../log.ts";
import { LineSplitter, LongLineError } from "./line-splitter.ts";
import { LogLimit } from "./log-limit.ts";
import type { SensorProtection } from "./protection.ts";
import {
  GREETING_MILLISECONDS,
  MAX_QUESTION_BYTES,
  SensorProtocolError,
  type SensorState,
} from "./protocol.ts";
import { SensorSession } from "./sensor-session.ts";

const MAX_CONNECTIONS = 64;
/** A client that is silent for so long is gone: each asks for the state every few seconds. */
const IDLE_MILLISECONDS = 60_000;
/** Answers that may wait for a client that does not read. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
const NONCE_BYTES = 32;

export interface SensorServerParts {
  readonly flows: FlowObserver;
  readonly state: () => SensorState;
  readonly protection: SensorProtection;
  readonly socket: UnixSocketOptions;
  readonly log: Log;
}

/** Answers the questions of the clients of a sensor, and holds no more of any than its bounds allow. */
export class SensorServer {
  readonly #parts: SensorServerParts;
  readonly #sockets = new Set<Socket>();
  readonly #refusals = new LogLimit();
  #server: Server | undefined;
  #where = "";

  constructor(parts: SensorServerParts) {
    this.#parts = parts;
  }

  /** The specification that was listened on, with the port that the system chose. */
  get where(): string {
    return this.#where;
  }

  /** Rejects with MilterListenError. */
  async listen(spec: ListenSpec): Promise<void> {
    const { identity } = this.#parts.protection;
    const isTls = identity !== undefined && spec.kind === "tcp";
    const server = isTls
      ? createTlsServer({ ...identity, handshakeTimeout: GREETING_MILLISECONDS })
      : createServer();
    server.maxConnections = MAX_CONNECTIONS;
    server.on(isTls ? "secureConnection" : "connection", (socket: Socket) => {
      this.#serve(socket);
    });
    server.on("tlsClientError", (error: Error, socket: Socket) => {
      this.#refused(peerOf(socket), error.message);
    });
    const bound = await listenOn(server, spec, this.#parts.socket);
    this.#server = server;
    this.#where = bound.text;
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #serve(socket: Socket): void {
    const peer = peerOf(socket);
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    const session = new SensorSession({
      flows: this.#parts.flows,
      state: this.#parts.state,
      secret: this.#parts.protection.secret,
      nonce: randomBytes(NONCE_BYTES).toString("hex"),
      write: (line) => {
        if (socket.destroyed) return;
        socket.write(line);
        if (socket.writableLength > MAX_WAITING_BYTES) socket.destroy();
      },
    });
    const greeting = setTimeout(() => {
      if (!session.isWelcome) socket.destroy();
    }, GREETING_MILLISECONDS);
    const lines = new LineSplitter(MAX_QUESTION_BYTES);
    socket.setTimeout(IDLE_MILLISECONDS, () => socket.destroy());
    socket.on("data", (chunk: Buffer) => {
      this.#take(socket, session, () => lines.push(chunk));
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(greeting);
      this.#sockets.delete(socket);
      if (session.isWelcome) this.#parts.log.info("sensor-client-gone", { client: peer });
    });
  }

  #take(socket: Socket, session: SensorSession, lines: () => readonly string[]): void {
    if (socket.writableEnded) return;
    const wasWelcome = session.isWelcome;
    try {
      for (const line of lines()) session.take(line);
    } catch (error) {
      if (!(error instanceof SensorProtocolError || error instanceof LongLineError)) throw error;
      this.#refused(peerOf(socket), error.message);
      socket.destroySoon();
      return;
    }
    if (session.isWelcome && !wasWelcome) {
      this.#parts.log.info("sensor-client", { client: peerOf(socket) });
    }
  }

  #refused(client: string, reason: string): void {
    const suppressed = this.#refusals.pass(performance.now());
    if (suppressed === undefined) return;
    this.#parts.log.warn("sensor-client-refused", {
      client,
      reason,
      suppressed: suppressed > 0 ? suppressed : undefined,
    });
  }
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return remoteAddress === undefined ? "local" : `${remoteAddress}:${String(remotePort)}`;
}
