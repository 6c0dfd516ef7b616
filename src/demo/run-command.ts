/** Running other programs to their end, with their own words in the error when they fail. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

/** Debian keeps `ip`, `postfix` and `tcpdump` where an ordinary user's PATH does not look. */
const SYSTEM_FOLDERS = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

const DEADLINE_MS = 30_000;

export interface CommandOptions {
  /** Network namespace to run it in; the caller's own when left out. */
  readonly namespace?: string | undefined;
  /** After this many milliseconds the program is ended and counts as failed; DEADLINE_MS when left out. */
  readonly timeoutMs?: number;
}

/** The caller's environment with a PATH that also finds system programs. */
export function systemEnvironment(): NodeJS.ProcessEnv {
  const path = [process.env["PATH"] ?? "/usr/bin:/bin", ...SYSTEM_FOLDERS].join(":");
  return { ...process.env, PATH: path, LC_ALL: "C" };
}

/** The words of `command` put behind `ip netns exec` where it is to run in a namespace. */
export function inNamespace(
  namespace: string | undefined,
  command: readonly string[],
): [program: string, ...words: string[]] {
  const [program, ...words] =
    namespace === undefined ? command : ["ip", "netns", "exec", namespace, ...command];
  if (program === undefined) throw new TypeError("no program to run");
  return [program, ...words];
}

/**
 * Runs a program to its end and gives its standard output. A program that cannot be started, fails
 * or takes too long is an Error of one line: its name and the last line that it wrote.
 *
 * It is in a session of its own: Ctrl-C on the terminal must not end a command that cleans up.
 */
export async function runCommand(
  command: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { reason, output } = await run(command, options);
  if (reason !== undefined) throw new Error(`${command.join(" ")}: ${reason}`);
  return output;
}

/** What a program wrote, and why it failed, if it did. */
interface Run {
  readonly output: string;
  readonly reason: string | undefined;
}

async function run(command: readonly string[], options: CommandOptions): Promise<Run> {
  const [program, ...words] = inNamespace(options.namespace, command);
  const child = spawn(program, words, {
    env: systemEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
    timeout: options.timeoutMs ?? DEADLINE_MS,
    detached: true,
  });
  try {
    const [output, errors, end] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>,
    ]);
    return { output, reason: reasonOf(end, errors) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { output: "", reason: code === "ENOENT" ? "not installed" : message };
  }
}

function reasonOf(
  [status, signal]: readonly [number | null, NodeJS.Signals | null],
  errors: string,
): string | undefined {
  if (status === 0) return undefined;
  if (signal === "SIGTERM") return "took too long";
  const lastLine = errors.trim().split("\n").at(-1) ?? "";
  return lastLine === "" ? `ended with ${String(status ?? signal)}` : lastLine;
}
