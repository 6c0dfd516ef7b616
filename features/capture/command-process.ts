import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { basename } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";

import { faultOfMessage } from "./cap-messages.ts";
import { CaptureReader } from "./capture-reader.ts";
import { CommandBarriers } from "./command-barriers.ts";
import { ErrorLines } from "./error-output.ts";
import {
  CaptureError,
  PERMISSION_HINT,
  type BarrierOutcome,
  type FrameSink,
} from "./packet-source.ts";
import { Settling } from "./settling.ts";
import { isLastCount, isLoopbackFrame, tcpdumpCounts } from "./tcpdump-counts.ts";

/** Longest time from the start of the program to the header of its capture: ssh may have to connect first. */
const OPEN_BOUND_MILLISECONDS = 20_000;
/** How long a program may take to end when it is told to, and how long its last output is waited for. */
const END_BOUND_MILLISECONDS = 1_000;
/** Lines of the error output that are looked at for the kind of fault, and those that are told as its reason. */
const KEPT_LINES = 20;
const REASON_LINES = 3;

export interface CommandProcessOptions {
  /** The program and its arguments. */
  readonly words: readonly string[];
  /** The interface that it captures on where that is known; see isAllDelivered. */
  readonly interfaceName: string;
}

export interface CommandProcessListener {
  readonly frame: FrameSink;
  /** A line of its standard error. */
  readonly said: (line: string) => void;
  /** It dropped so many frames since it was started. */
  readonly dropped: (frames: number) => void;
  /** It ended, and nobody had asked it to. */
  readonly died: (reason: string) => void;
}

function epochMilliseconds(): number {
  return performance.timeOrigin + performance.now();
}

/** One life of a capture program: it is started, delivers a capture on its standard output, and ends. */
export class CommandProcess {
  readonly #child: ChildProcess;
  readonly #listener: CommandProcessListener;
  readonly #settling = new Settling();
  readonly #reader: CaptureReader;
  readonly #barriers: CommandBarriers;
  readonly #ended: Promise<string>;
  readonly #name: string;
  #lines: readonly string[] = [];
  #arrived = 0;
  #loopbackFrames = 0;
  #damage: string | undefined;
  #isStopping = false;
  #hasEnded = false;

  /** Resolves when the program captures; rejects with CaptureError. */
  static async start(
    options: CommandProcessOptions,
    listener: CommandProcessListener,
  ): Promise<CommandProcess> {
    const started = new CommandProcess(options, listener);
    try {
      await started.#opened();
    } catch (error) {
      await started.stop();
      throw error;
    }
    void started.#ended.then((reason) => {
      if (!started.#isStopping) listener.died(reason);
    });
    return started;
  }

  private constructor(options: CommandProcessOptions, listener: CommandProcessListener) {
    const [program = "", ...words] = options.words;
    this.#name = basename(program);
    this.#listener = listener;
    const isLoopback = options.interfaceName === "lo";
    this.#reader = new CaptureReader(
      (frame) => {
        if (isLoopback || isLoopbackFrame(frame)) this.#loopbackFrames += 1;
        this.#settling.saw(frame.seconds * 1e3 + frame.nanoseconds / 1e6, this.#arrived);
        listener.frame(frame);
      },
      { name: `output of ${this.#name}` },
    );
    // A session of its own: a signal to ours must not end the capture before the last mail, and no program may ask a terminal.
    this.#child = spawn(program, words, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, LC_ALL: "C" },
      detached: true,
    });
    this.#barriers = new CommandBarriers({
      settling: this.#settling,
      delivered: () => ({ all: this.#reader.frames, loopback: this.#loopbackFrames }),
      askCounts: () => this.#name === "tcpdump" && this.#child.kill("SIGUSR1"),
      now: epochMilliseconds,
    });
    this.#ended = this.#follow();
  }

  get processId(): number | undefined {
    return this.#child.pid;
  }

  /** Who took the stamps is the kernel, as far as a capture's resolution can tell. */
  get timestamps(): "kernel-ns" | "kernel-us" {
    return this.#reader.hasNanoseconds ? "kernel-ns" : "kernel-us";
  }

  barrier(): Promise<BarrierOutcome> {
    return this.#hasEnded ? Promise.resolve("late") : this.#barriers.wait();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#signal("SIGTERM");
    await this.#endsInTime();
    this.#signal("SIGKILL");
    // A program that changed its user may not be ours to end: it ends when it next writes.
    this.#child.stdout?.destroy();
    await this.#endsInTime();
  }

  #endsInTime(): Promise<unknown> {
    const given = new AbortController();
    const bound = pause(END_BOUND_MILLISECONDS, undefined, { signal: given.signal });
    return Promise.race([this.#ended, bound.catch(() => undefined)]).finally(() => {
      given.abort();
    });
  }

  /** To the whole group, since what is started may start others (sudo, a proxy of ssh). */
  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#hasEnded) return;
    try {
      process.kill(-pid, signal);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ESRCH" && code !== "EPERM") throw error;
    }
  }

  /** Waits until the header of the capture was read. */
  async #opened(): Promise<void> {
    const given = new AbortController();
    const late = `it wrote no capture header within ${OPEN_BOUND_MILLISECONDS / 1_000} s (tcpdump takes -U for that)`;
    const bound = pause(OPEN_BOUND_MILLISECONDS, late, { signal: given.signal });
    const started = new Promise<undefined>((resolve) => {
      this.#child.stdout?.on("data", () => {
        if (this.#reader.isStarted) resolve(undefined);
      });
    });
    const failure = await Promise.race([started, this.#ended, bound.catch(() => late)]);
    given.abort();
    if (failure === undefined) return;
    const fault = faultOfMessage(this.#lines.join("; "));
    const hint = fault === "not-permitted" ? `; ${PERMISSION_HINT}` : "";
    throw new CaptureError(fault, `command ${this.#name}: ${failure}${hint}`);
  }

  /** Follows the program to its end; how that came. */
  async #follow(): Promise<string> {
    const { stdout, stderr } = this.#child as { stdout: Readable; stderr: Readable };
    const errors = new ErrorLines((line) => {
      this.#heard(line);
    });
    stderr.setEncoding("utf8").on("data", (text: string) => {
      errors.push(text);
    });
    stdout.on("data", (chunk: Buffer) => {
      this.#take(chunk);
    });
    const closed = Promise.all([once(stdout, "close"), once(stderr, "close")]);
    const how = await this.#exit(once(stdout, "end"));
    this.#barriers.end();
    await Promise.race([closed, pause(END_BOUND_MILLISECONDS)]);
    errors.end();
    this.#hasEnded = true;
    return [how, this.#damage ?? this.#lines.slice(-REASON_LINES).join("; ")]
      .filter((part) => part !== "")
      .join("; ");
  }

  /** Its exit; one that only closes its output is told to go. */
  #exit(outputEnded: Promise<unknown>): Promise<string> {
    return new Promise((resolve) => {
      this.#child.on("error", ({ message }) => {
        resolve(message);
      });
      this.#child.on("exit", (code, signal) => {
        resolve(`it ended with ${signal ?? `exit code ${String(code)}`}`);
      });
      outputEnded.then(
        () => {
          this.#signal("SIGTERM");
        },
        () => undefined,
      );
    });
  }

  #take(chunk: Buffer): void {
    if (this.#damage !== undefined) return;
    this.#arrived = epochMilliseconds();
    try {
      this.#reader.push(chunk);
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      this.#damage = error.message;
      this.#signal("SIGTERM");
    }
    this.#barriers.delivered();
  }

  #heard(line: string): void {
    const counts = tcpdumpCounts(line);
    if (counts !== undefined) {
      this.#listener.dropped(counts.dropped);
      this.#barriers.counted(counts);
    } else if (!isLastCount(line)) {
      this.#lines = [...this.#lines, line].slice(-KEPT_LINES);
      this.#listener.said(line);
    }
  }
}
