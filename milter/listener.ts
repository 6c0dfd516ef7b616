import { chmod, chown, lstat, readFile, unlink } from "node:fs/promises";
import { connect, type Server } from "node:net";

import { MilterListenError } from "./errors.ts";
import { formatListenSpec, type ListenSpec } from "./listen-spec.ts";

export interface UnixSocketOptions {
  /** Permissions of a unix socket; connecting needs write permission. */
  readonly socketMode: number;
  /** Group of a unix socket, by name or number; Postfix connects as user and group postfix. */
  readonly socketGroup: string | number | undefined;
}

/** What a server listens on. */
export interface Bound {
  readonly spec: ListenSpec;
  /** For a log line: the specification with the port that the system chose and the address that a name became. */
  readonly text: string;
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "UNKNOWN";
}

/** Whether somebody answers on a socket: undefined when it is not there. */
function probe(path: string): Promise<"answered" | "refused" | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    socket.once("connect", () => {
      socket.destroy();
      resolve("answered");
    });
    socket.once("error", (error) => {
      const code = codeOf(error);
      if (code === "ENOENT") resolve(undefined);
      else if (code === "ECONNREFUSED") resolve("refused");
      else reject(error);
    });
  });
}

/** Removes a socket whose owner is gone: only one that refuses connections, never a file of another kind. */
async function removeStaleSocket(spec: ListenSpec & { kind: "unix" }): Promise<void> {
  const text = formatListenSpec(spec);
  const file = await lstat(spec.path).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  });
  if (file === undefined) return;
  if (!file.isSocket()) {
    throw new MilterListenError(text, "EEXIST", "a file that is no socket is in the way");
  }
  const answer = await probe(spec.path);
  if (answer === "answered") {
    throw new MilterListenError(text, "EADDRINUSE", "another process listens there");
  }
  if (answer === "refused") await unlink(spec.path);
}

/** The number of a group: Node has no getgrnam(3), so a name must stand in /etc/group. */
async function groupNumber(group: string | number): Promise<number> {
  if (typeof group === "number" || /^\d+$/.test(group)) return Number(group);
  const lines = (await readFile("/etc/group", "utf8")).split("\n");
  const entry = lines.map((line) => line.split(":")).find(([name]) => name === group);
  if (entry?.[2] === undefined) {
    throw new Error(`there is no group ${group} in /etc/group; give its number`);
  }
  return Number(entry[2]);
}

async function setOwnership(path: string, options: UnixSocketOptions): Promise<void> {
  if (options.socketGroup !== undefined) {
    await chown(path, process.getuid?.() ?? -1, await groupNumber(options.socketGroup));
  }
  await chmod(path, options.socketMode);
}

function nodeOptions(spec: ListenSpec) {
  if (spec.kind === "unix") return { path: spec.path };
  if (spec.kind === "descriptor") return { fd: spec.descriptor };
  return { host: spec.host, port: spec.port };
}

function startListening(server: Server, spec: ListenSpec): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(nodeOptions(spec), () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function boundOf(server: Server, spec: ListenSpec): Bound {
  const address = server.address();
  const actual: ListenSpec =
    spec.kind === "tcp" && typeof address === "object" && address !== null
      ? { kind: "tcp", host: address.address, port: address.port }
      : spec;
  return { spec: actual, text: formatListenSpec(actual) };
}

/** Makes the socket and listens. Throws MilterListenError; then nothing is left behind. */
export async function listenOn(
  server: Server,
  spec: ListenSpec,
  options: UnixSocketOptions,
): Promise<Bound> {
  try {
    if (spec.kind === "unix") await removeStaleSocket(spec);
    await startListening(server, spec);
    if (spec.kind === "unix") await setOwnership(spec.path, options);
    return boundOf(server, spec);
  } catch (error) {
    server.close();
    if (error instanceof MilterListenError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new MilterListenError(formatListenSpec(spec), codeOf(error), reason, { cause: error });
  }
}
