import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { ExtractionCounts } from "../features/index.ts";
import type { CaptureOutcome } from "./capture-run.ts";
import type { WorkerMessage, WorkerTask } from "./extract-worker.ts";
import { LineMerge } from "./line-merge.ts";

/** A file below this is read before a second thread has started. */
export const WORTHWHILE_BYTES = 16_777_216;

const PROGRAM = new URL("./extract-worker.js", import.meta.url);

export type ParallelTask = Omit<WorkerTask, "part" | "unread">;

export interface ParallelSinks {
  readonly onLine: (line: string) => void;
  readonly onBytes: (bytes: number) => void;
  /** What the threads run; a test names the built one. */
  readonly program?: URL;
}

/** As many threads as are asked for, at most as many as the machine runs at once. */
export function usefulWorkers(asked: number): number {
  return Math.min(asked, availableParallelism());
}

/**
 * Reads one capture with several threads, each of which follows a part of the flows through all of it, and gives out the
 * same lines in the same order as one thread would.
 */
export async function runInParallel(
  task: ParallelTask,
  workers: number,
  { onLine, onBytes, program = PROGRAM }: ParallelSinks,
): Promise<CaptureOutcome> {
  const unread = Array.from({ length: workers }, () => new SharedArrayBuffer(4));
  const merge = new LineMerge(workers, onLine, (source) => {
    const count = new Int32Array(unread[source] ?? new SharedArrayBuffer(4));
    Atomics.sub(count, 0, 1);
    Atomics.notify(count, 0);
  });
  const outcomes = unread.map((count, part) =>
    runWorker(program, { ...task, part: { part, parts: workers }, unread: count }, (message) => {
      if (message.kind === "lines") merge.add(part, message);
      else if (message.kind === "bytes") onBytes(message.bytes);
      else merge.end(part);
    }),
  );
  return together(await Promise.all(outcomes));
}

/** Starts a thread; resolves with what became of the capture, rejects where the thread failed. */
function runWorker(
  program: URL,
  task: WorkerTask,
  heard: (message: WorkerMessage) => void,
): Promise<CaptureOutcome> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(program, { workerData: task });
    worker.on("message", (message: WorkerMessage) => {
      heard(message);
      if (message.kind === "end") resolve(message.outcome);
    });
    worker.once("error", reject);
    worker.once("exit", (status) => {
      reject(new Error(`a worker ended with status ${status}`));
    });
  });
}

/** Every thread saw all frames, and its own part of the segments. */
function together(outcomes: readonly CaptureOutcome[]): CaptureOutcome {
  const [first] = outcomes;
  if (first === undefined) throw new RangeError("no worker");
  const counts = outcomes.reduce((sum, { counts: other }) => added(sum, other), {
    ...first.counts,
    segments: 0,
    otherPorts: 0,
    flows: 0,
    evicted: { full: 0, idle: 0, closed: 0, "half-open": 0 },
  });
  return { ...first, counts };
}

function added(one: ExtractionCounts, other: ExtractionCounts): ExtractionCounts {
  return {
    ...one,
    segments: one.segments + other.segments,
    otherPorts: one.otherPorts + other.otherPorts,
    flows: one.flows + other.flows,
    evicted: {
      full: one.evicted.full + other.evicted.full,
      idle: one.evicted.idle + other.evicted.idle,
      closed: one.evicted.closed + other.evicted.closed,
      "half-open": one.evicted["half-open"] + other.evicted["half-open"],
    },
  };
}
