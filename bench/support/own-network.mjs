/** Network namespaces of a benchmark's own; they go with the process. Takes root. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import koffi from "koffi";

/** CLONE_NEWNET of the kernel's sched.h. */
const CLONE_NEWNET = 0x40000000;

/** Runs `ip` with words that hold no blanks, begun by `enter`. */
function ip(command, enter = []) {
  const [program, ...words] = [...enter, "ip", ...command.split(" ")];
  execFileSync(program, words, { stdio: ["ignore", "ignore", "inherit"] });
}

/**
 * Moves this thread into a namespace of its own with one end of a veth pair, `near`; the other end, `far`, is in a second
 * one. `enter` begins a program there.
 */
export async function ownNetwork({ near, far }) {
  const unshare = koffi.load(null).func("int unshare(int flags)");
  if (unshare(CLONE_NEWNET) !== 0) throw new Error("unshare failed: this benchmark takes root");
  const holder = spawn("unshare", ["--net", "sh", "-c", "echo ready; exec cat"]);
  await once(holder.stdout, "data");
  const enter = ["nsenter", "-t", String(holder.pid), "-n"];
  ip("link set lo up");
  ip("link add near type veth peer name far");
  ip(`link set far netns ${holder.pid}`);
  ip(`address add ${near}/24 dev near`);
  ip("link set near up");
  ip(`address add ${far}/24 dev far`, enter);
  ip("link set far up", enter);
  return { enter, close: () => holder.stdin.end() };
}

/** Value below which the share `q` of the sorted numbers lies. */
export function quantile(sorted, q) {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
