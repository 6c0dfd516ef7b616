import { createServer, type Server, type Socket } from "node:net";

import { Connection } from "./connection.ts";
import type { Decision, Filter } from "./filter.ts";
import { BoundFilter } from "./filter-calls.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import { type Bound, listenOn } from "./listener.ts";
import type { ListenSpec } from "./listen-spec.ts";
import { keepReadMemory } from "./read-memory.ts";
import { type Report, ReportLimiter, type ReportReceiver } from "./reports.ts";
import { ServerCounters } from "./server-counters.ts";
import { MilterSession } from "./session.ts";
import type { SessionPort } from "./session-port.ts";
import { SessionView } from "./session-view.ts";
import type { Wishes } from "./wire/negotiation.ts";
import { isHeard, wishesOf } from "./wishes.ts";

export interface MilterServerOptions {
  readonly limits?: Partial<Limits>;
  /** Answers where a callback fails or does not settle. By default the mail is accepted. */
  readonly onHandlerError?: Decision;
  /** Permissions of a unix socket, 0o660 by default. */
  readonly socketMode?: number;
  /** Group of a unix socket, by name or number. */
  readonly socketGroup?: string | number;
  /** Gets what is worth a log line, each kind at most once a minute. */
  readonly report?: ReportReceiver;
  /** A clock in milliseconds for the reports. */
  readonly now?: () => number;
}

const DEFAULT_GRACE_MS = 10_000;
const DEFAULT_SOCKET_MODE = 0o660;

/** Serves one filter on any number of sockets. */
export class MilterServer<C> {
  readonly counters = new ServerCounters();
  readonly #filter: Filter<C>;
  readonly #options: MilterServerOptions;
  readonly #limits: Limits;
  readonly #reports: ReportLimiter;
  readonly #wishes: Readonly<Record<"tcp" | "unix", Wishes>>;
  readonly #listeners = new Set<Server>();
  readonly #connections = new Set<Connection>();
  #isStopping = false;
  readonly #onAllClosed: (() => void)[] = [];

  constructor(filter: Filter<C>, options: MilterServerOptions = {}) {
    this.#filter = filter;
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    const ignore = () => undefined;
    this.#reports = new ReportLimiter(
      options.report ?? ignore,
      options.now ?? (() => performance.now()),
    );
    if (isHeard(filter, "body")) keepReadMemory();
    this.#wishes = { tcp: wishesOf(filter, "tcp"), unix: wishesOf(filter, "unix") };
  }

  /** Throws MilterListenError. */
  async listen(spec: ListenSpec): Promise<Bound> {
    const listener = createServer({ noDelay: true, keepAlive: true }, (socket) => {
      this.#accept(socket);
    });
    const bound = await listenOn(listener, spec, {
      socketMode: this.#options.socketMode ?? DEFAULT_SOCKET_MODE,
      socketGroup: this.#options.socketGroup,
    });
    // Running out of file descriptors arrives here, and must not end the process.
    listener.on("error", (error) => {
      this.#report({ kind: "listener-error", error });
    });
    this.#listeners.add(listener);
    return bound;
  }

  /**
   * Takes no more connections, closes those between messages, lets running messages be answered, and after the grace
   * time closes what is left. Resolves when every connection is closed.
   */
  async stop(graceMs: number = DEFAULT_GRACE_MS): Promise<void> {
    this.#isStopping = true;
    for (const listener of this.#listeners) listener.close();
    this.#listeners.clear();
    for (const connection of this.#connections) connection.stop();
    const graceTimer = setTimeout(() => {
      for (const connection of this.#connections) connection.destroy();
    }, graceMs);
    await this.#whenAllClosed();
    clearTimeout(graceTimer);
  }

  async #whenAllClosed(): Promise<void> {
    if (this.#connections.size === 0) return;
    await new Promise<void>((resolve) => this.#onAllClosed.push(resolve));
  }

  #accept(socket: Socket): void {
    const isFull = this.#connections.size >= this.#limits.maxConnections;
    if (isFull) this.#report({ kind: "connection-refused", open: this.#connections.size });
    if (isFull || this.#isStopping) {
      socket.destroy();
      return;
    }
    this.counters.connections += 1;
    const connection = this.#makeConnection(this.counters.connections, socket);
    this.#connections.add(connection);
    this.counters.openConnections = this.#connections.size;
  }

  #makeConnection(id: number, socket: Socket): Connection {
    const transport = socket.remoteAddress === undefined ? "unix" : "tcp";
    const connection = new Connection({
      id,
      socket,
      limits: this.#limits,
      wantsBody: isHeard(this.#filter, "body"),
      bodyInPieces: this.#filter.decide?.body === undefined && isHeard(this.#filter, "body"),
      makeSession: (port) => this.#makeSession(id, transport, port),
      report: (report) => {
        this.#report(report);
      },
      onMessageEnd: (end) => {
        this.counters.messages[end] += 1;
      },
      onClose: () => {
        this.#forget(connection);
      },
    });
    return connection;
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection);
    this.counters.openConnections = this.#connections.size;
    if (this.#connections.size > 0) return;
    for (const resolve of this.#onAllClosed.splice(0)) resolve();
  }

  #makeSession(id: number, transport: "tcp" | "unix", port: SessionPort): MilterSession {
    const view = new SessionView({
      id,
      transport,
      countedHeaders: this.#filter.countedHeaders,
      limits: this.#limits,
    });
    const calls = new BoundFilter(this.#filter, view, (callback, error) => {
      this.#report({ kind: "handler-error", connection: id, callback, error });
    });
    return new MilterSession({
      view,
      calls,
      port,
      wishes: this.#wishes[transport],
      isHeard: (name) => isHeard(this.#filter, name),
      policy: this.#options.onHandlerError ?? { kind: "accept" },
      limits: this.#limits,
    });
  }

  #report(report: Report): void {
    this.counters.reports[report.kind] += 1;
    try {
      this.#reports.report(report);
    } catch {
      // A receiver that throws must not take the mail with it; there is nobody left to tell but the counter.
      this.counters.lostReports += 1;
    }
  }
}
