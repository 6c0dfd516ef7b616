import { createServer, type RequestListener, type Server } from "node:http";
import { isIPv4 } from "node:net";
import type { ListenSpec } from "../../milter/index.ts";
import { CommandError, EXIT } from "../exit-codes.ts";

/** Time that a client may take for its request; nobody here has a large one. */
const REQUEST_MILLISECONDS = 10_000;
const MAX_CONNECTIONS = 64;

export interface HttpAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Answers of GET by path. */
export type Routes = Readonly<Record<string, () => Promise<HttpAnswer>>>;

const NOT_FOUND: HttpAnswer = { status: 404, type: "text/plain", body: "not found\n" };
const NOT_ALLOWED: HttpAnswer = { status: 405, type: "text/plain", body: "only GET\n" };
const FAILED: HttpAnswer = { status: 500, type: "text/plain", body: "failed\n" };

function answerOf(routes: Routes, method: string, url: string): Promise<HttpAnswer> {
  const path = url.split("?")[0] ?? "/";
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (route === undefined) return Promise.resolve(NOT_FOUND);
  if (method !== "GET" && method !== "HEAD") return Promise.resolve(NOT_ALLOWED);
  return route().catch(() => FAILED);
}

function listener(routes: Routes): RequestListener {
  return (request, response) => {
    request.resume();
    void answerOf(routes, request.method ?? "GET", request.url ?? "/").then((answer) => {
      response.writeHead(answer.status, { "content-type": answer.type });
      response.end(request.method === "HEAD" ? undefined : answer.body);
    });
  };
}

/** A small HTTP server for health and metrics, on loopback or a unix socket only. */
export class HttpServer {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @throws CommandError with status 78 for an address that is not loopback, 73 where it cannot be bound. */
  static async listen(spec: ListenSpec, routes: Routes): Promise<HttpServer> {
    const server = createServer({ requestTimeout: REQUEST_MILLISECONDS }, listener(routes));
    server.maxConnections = MAX_CONNECTIONS;
    const where = listenOptions(spec);
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error) => {
        reject(new CommandError(EXIT.cannotCreate, `http: ${error.message}`, { cause: error }));
      });
      server.listen(where, resolve);
    });
    return new HttpServer(server);
  }

  /** `host:port`, or the path of a unix socket. */
  get where(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") return address ?? "descriptor";
    return `${address.address}:${address.port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) =>
      this.#server.close(() => {
        resolve();
      }),
    );
  }
}

function listenOptions(spec: ListenSpec): { path: string } | { host: string; port: number } {
  if (spec.kind === "unix") return { path: spec.path };
  if (spec.kind === "tcp" && isLoopback(spec.host)) return { host: spec.host, port: spec.port };
  throw new CommandError(EXIT.configuration, "http: only loopback addresses and unix sockets");
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));
}
