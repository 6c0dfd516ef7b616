import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { TrainingError, unwritable } from "./errors.ts";

/**
 * Does something while no other process does the same at this place.
 *
 * The lock is a file with the number of the process that holds it. It appears whole or not at all, since it is linked
 * and not written in place; one whose process is gone, after a crash, is taken over.
 *
 * @throws TrainingError `locked` where another process holds it, `unwritable`
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await take(path);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<void> {
  if (await tryToTake(path)) return;
  const holder = await holderOf(path);
  if (holder !== undefined && (await isRunning(holder))) throw locked(path, holder);
  await removeStale(path);
  if (!(await tryToTake(path))) throw locked(path, await holderOf(path));
}

/** Moves the lock away before it is removed: another process may have taken it over since it was looked at. */
async function removeStale(path: string): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString("hex")}.stale`;
  await rename(path, aside).catch(() => undefined);
  const holder = await holderOf(aside);
  const taken = holder !== undefined && (await isRunning(holder));
  if (taken) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
  if (taken) throw locked(path, holder);
}

async function tryToTake(path: string): Promise<boolean> {
  const own = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await writeFile(own, `${process.pid} ${await startOf(process.pid)}\n`, { flag: "wx" });
    await link(own, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw unwritable(path, error);
  } finally {
    await rm(own, { force: true });
  }
}

/** A process, told apart from a later one with the same number by when it started. */
interface Holder {
  readonly pid: number;
  readonly started: string;
}

/** Undefined where the lock has gone meanwhile, or names no process. */
async function holderOf(path: string): Promise<Holder | undefined> {
  const text = await readFile(path, "utf8").catch(() => "");
  const [, pid, started] = /^([1-9]\d{0,9}) (\S+)\n$/.exec(text) ?? [];
  return pid === undefined || started === undefined ? undefined : { pid: Number(pid), started };
}

async function isRunning({ pid, started }: Holder): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) !== "EPERM") return false;
  }
  return (await startOf(pid)) === started;
}

/** Field 22 of proc(5)'s stat, in clock ticks since the boot; "unknown" on systems that have no such file. */
async function startOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The second field is the program's name in parentheses and may hold spaces.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields[19] ?? "unknown";
}

function locked(path: string, holder: Holder | undefined): TrainingError {
  const who = holder === undefined ? "another process" : `process ${holder.pid}`;
  return new TrainingError("locked", `another training is running: ${who} holds ${path}`);
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
