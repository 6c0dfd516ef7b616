/** The milters that are measured side by side. */
import { join } from "node:path";
import { compile, startServer } from "../measuring/child.mjs";

const project = join(import.meta.dirname, "../..");
const main = join(project, "dist/src/main.js");

/** A milter by what it is called in the tables, and its command line for a socket. */
export function milters(folder) {
  const peer = compile(
    join(import.meta.dirname, "libmilter-peer.c"),
    join(folder, "libmilter-peer"),
    "-lmilter",
    "-lpthread",
  );
  if (peer === null) process.stderr.write("bench: Debian's package libmilter-dev has libmilter\n");
  if (process.getuid() !== 0)
    process.stderr.write("bench: serve is left out, because only root may capture\n");
  return [
    ...(peer === null
      ? []
      : [{ name: "libmilter", takesBody: true, command: ({ spec }) => [peer, spec] }]),
    ...(process.getuid() === 0
      ? [{ name: "serve", takesBody: false, command: serveCommand(folder) }]
      : []),
    {
      name: "library, body taken",
      takesBody: true,
      onlyFrom: 65_536,
      command: ({ spec }) => [process.execPath, join(import.meta.dirname, "body-taker.mjs"), spec],
    },
  ];
}

function serveCommand(folder) {
  return ({ spec }) => [
    ...[process.execPath, main, "serve", "--listen", spec, "--state", join(folder, "state")],
    ...["--http", "none", "--interface", "lo", "--skipped", "header"],
  ];
}

/** A free socket of its kind, as libmilter, as the load and as node:net spell it. */
export function socketOf(kind, folder, number) {
  if (kind === "unix") {
    const path = join(folder, `${number}.sock`);
    return { spec: `unix:${path}`, target: path, address: { path } };
  }
  const port = 20_000 + (process.pid % 10_000) + number;
  return { spec: `inet:${port}@127.0.0.1`, target: String(port), address: { port } };
}

export function start(milter, socket) {
  return startServer(milter.command(socket), socket.address);
}

/** The load generator. */
export function compileLoad(folder) {
  const load = compile(join(import.meta.dirname, "load.c"), join(folder, "load"), "-lpthread");
  if (load === null) throw new Error("no load without a C compiler (Debian: gcc, libc6-dev)");
  return load;
}
