/** Processes that a benchmark starts, watches and ends. */
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

const START_DEADLINE_MS = 15_000;
const POLL_MS = 20;

/** Whether something takes connections there: `{ path }` or `{ port }` of 127.0.0.1. */
function answers(address) {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", ...address });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/**
 * Starts a server and waits until it listens. What it says goes to stderr only where it fails.
 *
 * @returns {Promise<{ pid: number, stop: () => Promise<void> }>}
 */
export async function startServer([program, ...args], address, options = {}) {
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"], ...options });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said = `${said}${chunk}`.slice(-4_000);
  });
  const ended = new Promise((resolve) => {
    child.once("close", resolve);
    child.once("error", resolve);
  });
  const deadline = Date.now() + START_DEADLINE_MS;
  while (!(await answers(address))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(`${program} ${args.join(" ")} does not listen: ${said}`);
    }
    await pause(POLL_MS);
  }
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  return { pid: child.pid, stop };
}

/** Resident memory of a process in bytes (VmRSS of proc_pid_status(5)). */
export function residentBytes(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)[1]) * 1024;
}

/** Compiles a C file; null, said on stderr, where the compiler or a library is missing. */
export function compile(source, output, ...libraries) {
  const result = spawnSync("cc", ["-O2", "-o", output, source, ...libraries], { encoding: "utf8" });
  if (result.status === 0) return output;
  const reason = result.error?.message ?? result.stderr.split("\n")[0];
  process.stderr.write(`bench: left out, ${source} does not compile: ${reason}\n`);
  return null;
}
