import { mkdtemp, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";

import { onTestFinished } from "vitest";

import {
  type Filter,
  type ListenSpec,
  MilterClient,
  type MilterClientOptions,
  MilterServer,
  type MilterServerOptions,
  type Report,
} from "../../../milter/index.ts";

/** A folder that goes when the test ends. */
export async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "milter-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** A free TCP port, or a unix socket in a folder of its own. */
export async function specFor(transport: "tcp" | "unix"): Promise<ListenSpec> {
  if (transport === "tcp") return { kind: "tcp", host: "127.0.0.1", port: 0 };
  return { kind: "unix", path: join(await scratchFolder(), "milter.sock") };
}

export interface Served {
  readonly server: MilterServer<unknown>;
  readonly target: ListenSpec;
  readonly reports: Report[];
  readonly client: (options?: MilterClientOptions) => Promise<MilterClient>;
  /** A bare socket, for peers that do not speak the protocol. */
  readonly socket: () => Promise<Socket>;
}

/** Serves a filter until the test ends. */
export async function serve<C>(
  filter: Filter<C>,
  transport: "tcp" | "unix",
  options: MilterServerOptions = {},
): Promise<Served> {
  const reports: Report[] = [];
  const report = (received: Report) => void reports.push(received);
  const server = new MilterServer(filter, { report, ...options });
  const { spec } = await server.listen(await specFor(transport));
  onTestFinished(() => server.stop(0));
  return {
    server: server as MilterServer<unknown>,
    target: spec,
    reports,
    client: (clientOptions) => MilterClient.open(spec, clientOptions),
    socket: () => openSocket(spec),
  };
}

function openSocket(spec: ListenSpec): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const address =
      spec.kind === "tcp" ? { host: spec.host, port: spec.port, noDelay: true } : spec;
    const socket = connect(address as { path: string });
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      socket.on("error", () => undefined);
      resolve(socket);
    });
  });
}

/** Everything that the milter sends until it closes. */
export function readToEnd(socket: Socket): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => void chunks.push(chunk));
    socket.on("close", () => {
      resolve(Buffer.concat(chunks));
    });
  });
}

/**
 * Writes the chunks one by one, with time for the milter to read each alone, and reads to the end. The replies are
 * given a character per byte: strings are compared much faster than buffers.
 */
export async function playChunks(
  open: () => Promise<Socket>,
  chunks: readonly Buffer[],
): Promise<string> {
  const socket = await open();
  const replies = readToEnd(socket);
  for (const chunk of chunks) {
    socket.write(chunk);
    await turn();
  }
  return (await replies).toString("latin1");
}
