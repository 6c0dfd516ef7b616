import { parentPort, workerData } from "node:worker_threads";
import { runCapture, type CaptureOutcome } from "./capture-run.ts";
import { flowFormatter, type FlowFormat } from "./flow-format.ts";
import type { Part } from "../features/index.ts";

/** Lines that a worker gathers before it sends them. */
const BATCH_LINES = 256;
/** Batches that may lie unread at the other side; then the worker waits. */
const MAX_UNREAD = 16;

/** What a worker is told. */
export interface WorkerTask {
  readonly path: string;
  readonly cut: "connection" | "message";
  readonly ports: readonly number[] | "all";
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly part: Part;
  readonly format: FlowFormat;
  /** Number of batches that lie unread. */
  readonly unread: SharedArrayBuffer;
}

/** Lines with what they are merged by: see Occasion. */
export interface LineBatch {
  readonly kind: "lines";
  readonly lines: readonly string[];
  readonly frames: Float64Array;
  readonly firstFrames: Float64Array;
}

export type WorkerMessage =
  | LineBatch
  | { readonly kind: "bytes"; readonly bytes: number }
  | { readonly kind: "end"; readonly outcome: CaptureOutcome };

/** Sends lines in batches, no more than the other side keeps up with. */
class LineSender {
  readonly #unread: Int32Array;
  #lines: string[] = [];
  #frames: number[] = [];
  #firstFrames: number[] = [];

  constructor(unread: SharedArrayBuffer) {
    this.#unread = new Int32Array(unread);
  }

  add(line: string, frame: number, firstFrame: number): void {
    this.#lines.push(line);
    this.#frames.push(frame);
    this.#firstFrames.push(firstFrame);
    if (this.#lines.length >= BATCH_LINES) this.flush();
  }

  flush(): void {
    if (this.#lines.length === 0) return;
    for (;;) {
      const unread = Atomics.load(this.#unread, 0);
      if (unread < MAX_UNREAD) break;
      Atomics.wait(this.#unread, 0, unread);
    }
    Atomics.add(this.#unread, 0, 1);
    send({
      kind: "lines",
      lines: this.#lines,
      frames: Float64Array.from(this.#frames),
      firstFrames: Float64Array.from(this.#firstFrames),
    });
    this.#lines = [];
    this.#frames = [];
    this.#firstFrames = [];
  }
}

function send(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}

async function work(task: WorkerTask): Promise<void> {
  const { path, cut, ports, since, until, part } = task;
  const sender = new LineSender(task.unread);
  const formatter = flowFormatter(task.format, { cut, scored: false });
  const outcome = await runCapture(
    path,
    { cut, ports: ports === "all" ? "all" : new Set(ports), since, until, part },
    {
      onFlow: (flow, _record, { frame, firstFrame }) => {
        sender.add(formatter.line(flow), frame, firstFrame);
      },
      onBytes: (bytes) => {
        if (part.part === 0) send({ kind: "bytes", bytes });
      },
    },
  );
  sender.flush();
  send({ kind: "end", outcome });
}

await work(workerData as WorkerTask);
