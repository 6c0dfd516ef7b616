/** Network namespaces that labs have left, and the processes inside of one. */
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { runCommand } from "./run-command.ts";

/** Where `ip netns` keeps the names. */
const NAMESPACES_FOLDER = "/run/netns";

/** Processes that were told to end get this long before they are killed. */
const END_DEADLINE_MS = 2_000;
const POLL_MS = 50;

/** The namespaces of labs whose process no longer exists; a lab's namespaces bear its process id. */
export async function namespacesOfDeadLabs(): Promise<string[]> {
  if (!existsSync(NAMESPACES_FOLDER)) return [];
  const names = await readdir(NAMESPACES_FOLDER);
  return names.filter((name) => {
    const pid = /^spamflow-(\d+)-(?:mx|hosts)$/.exec(name)?.[1];
    return pid !== undefined && !existsSync(`/proc/${pid}`);
  });
}

/** Ends all processes whose network namespace is `namespace`: those that do not heed SIGTERM by SIGKILL. */
export async function endProcessesIn(namespace: string): Promise<void> {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    for (const pid of await processesIn(namespace)) sendSignal(pid, signal);
    const deadline = Date.now() + END_DEADLINE_MS;
    while ((await processesIn(namespace)).length > 0) {
      if (Date.now() > deadline) break;
      await pause(POLL_MS);
    }
  }
  const left = await processesIn(namespace);
  if (left.length > 0) throw new Error(`processes ${left.join(", ")} in ${namespace} do not end`);
}

async function processesIn(namespace: string): Promise<number[]> {
  const listed = await runCommand(["ip", "netns", "pids", namespace]);
  return listed.split("\n").filter(Boolean).map(Number);
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It has ended by itself in the meantime.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
