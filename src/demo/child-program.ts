/** A program of ours as a child process that takes orders and reports over Node's IPC channel. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { basename } from "node:path";
import { finished } from "node:stream/promises";
import { inNamespace, systemEnvironment } from "./run-command.ts";

/** How long a child may take to end by itself after its channel is closed. */
const END_DEADLINE_MS = 2_000;

/** As much of a child's last words as is kept for the error message. */
const MAX_LAST_WORDS = 4_000;

/** What the child says when it cannot go on. */
export interface FailureReport {
  readonly kind: "failed";
  readonly reason: string;
}

export interface ChildProgramOptions<Report> {
  /** Compiled file to run. */
  readonly file: string;
  readonly namespace?: string;
  readonly onReport: (report: Report) => void;
  /** The child failed, or ended before it was told to. */
  readonly onFailure: (error: Error) => void;
}

/**
 * The child is the leader of its own session, so Ctrl-C on the terminal reaches only the parent, which then
 * ends the child in its own order; when the parent dies, the channel closes, and the child ends by itself.
 */
export class ChildProgram<Order extends object, Report extends { readonly kind: string }> {
  readonly #child: ChildProcess;
  readonly #hasEnded: Promise<void>;
  #isExpectedToEnd = false;
  #lastWords = "";

  constructor(options: ChildProgramOptions<Report>) {
    const [program, ...words] = inNamespace(options.namespace, [process.execPath, options.file]);
    this.#child = spawn(program, words, {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: systemEnvironment(),
      detached: true,
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-MAX_LAST_WORDS);
    });
    this.#child.on("message", (message) => {
      this.#receive(message as Report | FailureReport, options);
    });
    this.#hasEnded = this.#watchEnd(options);
  }

  send(order: Order): void {
    this.#child.send(order);
  }

  /** Tells the child to end, and waits until it has. Calling it again does nothing more. */
  async stop(): Promise<void> {
    this.#isExpectedToEnd = true;
    if (this.#child.connected) this.#child.disconnect();
    const deadline = setTimeout(() => this.#child.kill("SIGKILL"), END_DEADLINE_MS);
    await this.#hasEnded;
    clearTimeout(deadline);
  }

  #receive(message: Report | FailureReport, options: ChildProgramOptions<Report>): void {
    if (!isFailure(message)) {
      options.onReport(message);
      return;
    }
    this.#isExpectedToEnd = true;
    options.onFailure(new Error(message.reason));
  }

  async #watchEnd(options: ChildProgramOptions<Report>): Promise<void> {
    const reason = await this.#reasonOfEnd();
    if (!this.#isExpectedToEnd)
      options.onFailure(new Error(`${basename(options.file, ".js")} ${reason}`));
  }

  async #reasonOfEnd(): Promise<string> {
    try {
      // Not "close": Node does not emit that for a child whose channel the parent has closed.
      const [code, signal] = (await once(this.#child, "exit")) as [number | null, string | null];
      if (this.#child.stderr !== null) await finished(this.#child.stderr);
      const lastLine = this.#lastWords.trim().split("\n").at(-1) ?? "";
      return `ended with ${code ?? signal ?? "no code"} ${lastLine}`.trim();
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}

function isFailure(message: { readonly kind: string }): message is FailureReport {
  return message.kind === "failed";
}

/**
 * The child's side of the channel: hands every order to `obey`, whose failure is reported to the parent. The process
 * ends when the parent closes the channel or dies. What orders and reports look like is between `obey` and the
 * parent's ChildProgram.
 */
export function obeyParent(
  obey: (order: never, report: (report: { readonly kind: string }) => void) => Promise<void>,
): void {
  const report = (message: { readonly kind: string }): void => {
    if (process.connected) process.send?.(message);
  };
  process.on("disconnect", () => process.exit(0));
  process.on("message", (order) => {
    obey(order as never, report).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      const failure: FailureReport = { kind: "failed", reason };
      report(failure);
    });
  });
}
