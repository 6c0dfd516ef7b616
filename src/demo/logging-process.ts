/** A program that tells how it is by lines on standard error: `spamflow serve`, tcpdump. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { inNamespace, systemEnvironment } from "./run-command.ts";

/** Newest lines that are kept. */
const MAX_LINES = 2_000;

/** A program that was told to end gets this long before it is killed. */
const END_DEADLINE_MS = 5_000;

interface Awaited {
  readonly part: string;
  readonly resolve: (line: string) => void;
  readonly reject: (error: Error) => void;
}

export interface LoggingProcessOptions {
  /** What it is, for error messages. */
  readonly name: string;
  readonly command: readonly string[];
  readonly namespace?: string;
  /** Told when it ends before it was told to. */
  readonly onFailure?: (error: Error) => void;
}

/** It is in a session of its own, so that Ctrl-C ends it only when we do. */
export class LoggingProcess {
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #hasEnded: Promise<void>;
  readonly #lines: string[] = [];
  readonly #awaited = new Set<Awaited>();
  readonly #onFailure: ((error: Error) => void) | undefined;
  #isExpectedToEnd = false;
  #end: Error | undefined;

  constructor({ name, command, namespace, onFailure }: LoggingProcessOptions) {
    this.#name = name;
    this.#onFailure = onFailure;
    const [program, ...words] = inNamespace(namespace, command);
    this.#child = spawn(program, words, {
      stdio: ["ignore", "ignore", "pipe"],
      env: systemEnvironment(),
      detached: true,
    });
    this.#hasEnded = this.#follow();
  }

  /** The newest lines that it has written. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /**
   * A line that holds `part`, among those that it has written already or writes within `deadlineMs`. Fails when the
   * program ends first.
   */
  async line(part: string, deadlineMs: number): Promise<string> {
    if (this.#end !== undefined) throw this.#end;
    const written = this.#lines.find((line) => line.includes(part));
    if (written !== undefined) return written;
    return new Promise((resolve, reject) => {
      const awaited = { part, resolve, reject };
      this.#awaited.add(awaited);
      setTimeout(() => {
        const last = this.#lines.at(-1) ?? "nothing";
        reject(
          new Error(
            `${this.#name} did not say ${part} within ${deadlineMs / 1_000} s, but ${last}`,
          ),
        );
      }, deadlineMs).unref();
    });
  }

  /** True until it has ended. */
  get isRunning(): boolean {
    return this.#end === undefined;
  }

  /** Ends it by SIGTERM, in the last resort by SIGKILL. Calling it again does nothing more. */
  async stop(): Promise<void> {
    this.#isExpectedToEnd = true;
    if (this.isRunning) this.#child.kill("SIGTERM");
    const deadline = setTimeout(() => this.#child.kill("SIGKILL"), END_DEADLINE_MS);
    await this.#hasEnded;
    clearTimeout(deadline);
  }

  async #follow(): Promise<void> {
    const exit = once(this.#child, "exit").then(
      ([code, signal]: unknown[]) => `ended with ${String(code ?? signal)}`,
      (error: unknown) => String(error),
    );
    if (this.#child.stderr !== null) {
      for await (const line of createInterface({ input: this.#child.stderr })) this.#take(line);
    }
    const reason = await exit;
    this.#end = new Error(
      `${this.#name} ${reason}; its last line: ${this.#lines.at(-1) ?? "none"}`,
    );
    for (const { reject } of this.#awaited) reject(this.#end);
    if (!this.#isExpectedToEnd) this.#onFailure?.(this.#end);
  }

  #take(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > MAX_LINES) this.#lines.shift();
    for (const awaited of this.#awaited) {
      if (!line.includes(awaited.part)) continue;
      this.#awaited.delete(awaited);
      awaited.resolve(line);
    }
  }
}
