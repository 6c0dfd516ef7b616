import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const PATH = `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`;

function isThere(program: string): boolean {
  return spawnSync("which", [program], { env: { ...process.env, PATH } }).status === 0;
}

/** What keeps the system tests from running here. */
function obstacles(programs: readonly string[]): readonly string[] {
  const missing = programs.filter((program) => !isThere(program));
  const root = process.getuid?.() === 0 ? [] : ["root"];
  return [...root, ...missing];
}

/**
 * Whether tests that need root and these programs can run. Where they cannot, it says what is missing; in CI that is an
 * error, since nothing is left out there.
 */
function canRun(programs: readonly string[], others: readonly string[] = []): boolean {
  const lacking = [...obstacles(programs), ...others.filter(Boolean)];
  if (lacking.length === 0) return true;
  const line = `tests are left out: they need ${lacking.join(", ")}`;
  if (process.env["CI"]) throw new Error(line);
  process.stderr.write(`${line}\n`);
  return false;
}

/** The same with emulated links between network namespaces. */
export function canRunLab(): boolean {
  return canRun(
    ["postfix", "tcpdump", "ip", "ss"],
    [existsSync("/dev/net/tun") ? "" : "/dev/net/tun"],
  );
}

/** Tests that open a packet capture. */
export function canCapture(): boolean {
  return canRun([]);
}

/** Tests that look at a page in a browser. */
export function canBrowse(): boolean {
  return canRun(["chromium", "chromedriver"]);
}

export function canRunPostfix(): boolean {
  return canRun(["postfix", "tcpdump", "ip", "ss"]);
}

/** Tests in which miltertest is the MTA; one of them runs `serve`, which captures. */
export function canRunMiltertest(): boolean {
  return canRun(["miltertest"]);
}
