import { fork, type ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";

import {
  FRAME_STREAM_DESCRIPTOR,
  lastWords,
  type BarrierRequest,
  type CapChildMessage,
  type CapChildOptions,
} from "./cap-messages.ts";
import { BatchDecoder } from "./cap-stream.ts";
import {
  BARRIER_BOUND_MILLISECONDS,
  CaptureError,
  type BarrierOutcome,
  type FrameSink,
} from "./packet-source.ts";

/** Longest time from the start of the child's process to its first word. */
const OPEN_BOUND_MILLISECONDS = 10_000;
/** Barriers that may wait at one time; more are answered "late" at once. */
const MAX_WAITING_BARRIERS = 10_000;
/** How much of the child's error output is kept for the reason of its death: a stack trace and what stands above it. */
const MAX_ERROR_OUTPUT_CHARACTERS = 4_096;
const MAX_TICKET = 0xffffffff;

export interface CapProcessOptions extends CapChildOptions {
  /** The built cap-child.js. */
  readonly childPath: string;
}

export interface CapProcessListener {
  readonly frame: FrameSink;
  /** The child threw frames away, because this process did not read them. */
  readonly overflow: (frames: number) => void;
  /** The child ended, and nobody had asked it to. */
  readonly died: (reason: string) => void;
}

/** One life of the capture child: it opens once, delivers, and ends. */
export class CapProcess {
  readonly #child: ChildProcess;
  readonly #listener: CapProcessListener;
  readonly #waiting = new Map<number, (outcome: BarrierOutcome) => void>();
  readonly #exited: Promise<string>;
  #errorOutput = "";
  #ticket = 0;
  #stopping = false;

  /** Resolves when the child captures; rejects with CaptureError. */
  static async start(
    options: CapProcessOptions,
    listener: CapProcessListener,
  ): Promise<CapProcess> {
    const started = new CapProcess(options, listener);
    try {
      const linkType = await started.#opened(options.interfaceName);
      started.#deliver(linkType);
      return started;
    } catch (error) {
      await started.stop();
      throw error;
    }
  }

  private constructor(options: CapProcessOptions, listener: CapProcessListener) {
    const { childPath, ...childOptions } = options;
    this.#listener = listener;
    this.#child = fork(childPath, [JSON.stringify(childOptions)], {
      execArgv: [],
      stdio: ["ignore", "ignore", "pipe", "ipc", "pipe"],
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#errorOutput = (this.#errorOutput + text).slice(-MAX_ERROR_OUTPUT_CHARACTERS);
    });
    this.#exited = new Promise((resolve) => {
      this.#child.on("error", (error) => {
        resolve(error.message);
      });
      this.#child.on("exit", (code, signal) => {
        resolve(`it ended with ${signal ?? `exit code ${String(code)}`}`);
      });
    });
  }

  /** Where the child captures: the process that a test ends to see it come back. */
  get processId(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves with "late" after the bound, and when the child ends before it answered. */
  barrier(): Promise<BarrierOutcome> {
    if (this.#waiting.size >= MAX_WAITING_BARRIERS || !this.#child.connected) {
      return Promise.resolve("late");
    }
    this.#ticket = (this.#ticket % MAX_TICKET) + 1;
    const ticket = this.#ticket;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#answer(ticket, "late");
      }, BARRIER_BOUND_MILLISECONDS);
      this.#waiting.set(ticket, (outcome) => {
        clearTimeout(timer);
        resolve(outcome);
      });
      this.#child.send({ kind: "barrier", ticket } satisfies BarrierRequest, (error) => {
        if (error !== null) this.#answer(ticket, "late");
      });
    });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#child.kill("SIGKILL");
    await this.#exited;
    this.#answerAll();
  }

  /** Waits for the child's first word; the link type that it captures. */
  async #opened(interfaceName: string): Promise<number> {
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<string>((resolve) => {
      timer = setTimeout(resolve, OPEN_BOUND_MILLISECONDS, "it did not open in time");
    });
    const word = new Promise<CapChildMessage>((resolve) => this.#child.once("message", resolve));
    const first = await Promise.race([word, this.#exited, tooLong]);
    clearTimeout(timer);
    if (typeof first === "string") {
      throw new CaptureError(
        "not-available",
        `the cap child: ${first}; ${lastWords(this.#errorOutput)}`,
      );
    }
    if (first.kind === "opened") return first.linkType;
    const [fault, text] =
      first.kind === "failed"
        ? [first.fault, first.message]
        : (["not-available", first.kind] as const);
    throw new CaptureError(fault, `interface ${interfaceName}: ${text}`);
  }

  #deliver(linkType: number): void {
    const decoder = new BatchDecoder(linkType, {
      frame: this.#listener.frame,
      ticket: (ticket) => {
        this.#answer(ticket, "complete");
      },
    });
    const stream = this.#child.stdio[FRAME_STREAM_DESCRIPTOR] as Readable;
    stream.on("data", (chunk: Buffer) => {
      decoder.push(chunk);
    });
    this.#child.on("message", (message: CapChildMessage) => {
      if (message.kind === "overflow") this.#listener.overflow(message.frames);
    });
    void this.#exited.then((how) => {
      this.#answerAll();
      if (!this.#stopping) this.#listener.died(`${how}; ${lastWords(this.#errorOutput)}`);
    });
  }

  #answer(ticket: number, outcome: BarrierOutcome): void {
    this.#waiting.get(ticket)?.(outcome);
    this.#waiting.delete(ticket);
  }

  #answerAll(): void {
    for (const ticket of [...this.#waiting.keys()]) this.#answer(ticket, "late");
  }
}
