import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { TrainingError } from "./errors.ts";
import type { OnStep, TrainingJob, TrainingOutcome } from "./training-job.ts";
import type { TrainingMessage } from "./training-process.ts";

/**
 * Most memory for JavaScript objects: 200,000 examples with their raw records, several times over. The columns of a
 * table lie outside of it and are bounded by the table's cells.
 */
const MAX_HEAP_MEGABYTES = 4096;

export interface BackgroundOptions {
  readonly onStep?: OnStep;
  /** Ends the training; the present model stays as it is. */
  readonly signal?: AbortSignal;
  /** The built process, for those who do not run from the build. */
  readonly program?: string;
}

/**
 * Trains in a process of its own with low priority, so that no mail ever waits for it.
 *
 * @throws TrainingError what the training threw; `ended` where the process died or was told to end
 */
export async function trainInBackground(
  job: TrainingJob,
  { onStep, signal, program = ownProgram() }: BackgroundOptions = {},
): Promise<TrainingOutcome> {
  if (signal?.aborted === true) throw new TrainingError("ended", "the training was cancelled");
  const child = fork(program, {
    execArgv: [`--max-old-space-size=${MAX_HEAP_MEGABYTES}`],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const cancel = (): void => {
    child.kill("SIGKILL");
  };
  signal?.addEventListener("abort", cancel);
  try {
    return await outcomeOf(child, job, onStep);
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
}

function outcomeOf(
  child: ChildProcess,
  job: TrainingJob,
  onStep: OnStep | undefined,
): Promise<TrainingOutcome> {
  return new Promise((resolve, reject) => {
    child.on("message", (message: TrainingMessage) => {
      if (message.kind === "step") onStep?.(message.step);
      else if (message.kind === "done") resolve(message.outcome);
      else reject(errorOf(message));
    });
    child.once("error", reject);
    child.once("exit", (status, signal) => {
      const how = signal === null ? `status ${String(status)}` : signal;
      reject(
        new TrainingError("ended", `the training process has ended with ${how} and no result`),
      );
    });
    child.send(job);
  });
}

function errorOf({ fault, message }: TrainingMessage & { readonly kind: "failed" }): Error {
  return fault === null ? new Error(message) : new TrainingError(fault, message);
}

/** Beside this file in the build, where all are JavaScript. */
function ownProgram(): string {
  return fileURLToPath(new URL("./training-process.js", import.meta.url));
}
