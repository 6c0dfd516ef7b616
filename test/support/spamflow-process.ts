import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { setTimeout as pause } from "node:timers/promises";

/** The built program: `npm test` builds it first. */
export const PROGRAM = fileURLToPath(new URL("../../dist/src/main.js", import.meta.url));

const DEADLINE_MS = 30_000;
const POLL_MS = 20;

export interface Finished {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `spamflow` to its end; never rejects for an exit status. */
export function spamflow(args: readonly string[], input?: string | Buffer): Promise<Finished> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [PROGRAM, ...args],
      { maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
    child.stdin?.end(input ?? "");
  });
}

/** `spamflow serve` or `spamflow sensor` as a process of its own. */
export class ServeProcess {
  readonly #child: ChildProcess;
  #log = "";

  private constructor(args: readonly string[], enter: readonly string[]) {
    const words = [...enter, process.execPath, PROGRAM, ...args];
    const [program = "", ...rest] = words;
    this.#child = spawn(program, rest, { stdio: ["ignore", "ignore", "pipe"] });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#log += text;
    });
  }

  /**
   * Resolves when it takes mail. `enter`: the words that start a program in a network namespace, or as another user.
   */
  static start(args: readonly string[], enter: readonly string[] = []): Promise<ServeProcess> {
    return ServeProcess.#ready(["serve", "--http", "none", ...args], enter);
  }

  /** A sensor; resolves when it answers. */
  static sensor(args: readonly string[], enter: readonly string[] = []): Promise<ServeProcess> {
    return ServeProcess.#ready(["sensor", ...args], enter);
  }

  static async #ready(args: readonly string[], enter: readonly string[]): Promise<ServeProcess> {
    const started = new ServeProcess(args, enter);
    await started.logged(/event=ready/);
    return started;
  }

  get processId(): number {
    return this.#child.pid ?? 0;
  }

  get log(): string {
    return this.#log;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The lines on mails so far, each of which begins with the mail's queue id. */
  mailLines(): readonly string[] {
    return this.#log.split("\n").filter((line) => /^\w+: client=/.test(line));
  }

  /** Waits for a line of the log. */
  async logged(pattern: RegExp): Promise<string> {
    const deadline = performance.now() + DEADLINE_MS;
    for (;;) {
      const line = this.#log.split("\n").find((text) => pattern.test(text));
      if (line !== undefined) return line;
      if (this.hasEnded || performance.now() > deadline) {
        throw new Error(`no line ${String(pattern)} in the log:\n${this.#log}`);
      }
      await pause(POLL_MS);
    }
  }

  /** Its exit status, once it has ended by itself. */
  async exited(): Promise<number | null> {
    if (!this.hasEnded) await once(this.#child, "exit");
    return this.#child.exitCode;
  }

  /** Ends it with a signal and resolves to its exit status, null where the signal killed it. */
  async end(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<number | null> {
    if (this.hasEnded) return this.#child.exitCode;
    const exited = once(this.#child, "exit");
    this.#child.kill(signal);
    await exited;
    return this.#child.exitCode;
  }
}
