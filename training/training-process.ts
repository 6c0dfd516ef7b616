import { constants, setPriority } from "node:os";
import { TrainingError, type TrainingFault } from "./errors.ts";
import { runJob, type TrainingJob, type TrainingOutcome } from "./training-job.ts";

/** What the process tells its parent. */
export type TrainingMessage =
  | { readonly kind: "step"; readonly step: string }
  | { readonly kind: "done"; readonly outcome: TrainingOutcome }
  /** `fault` is null for an error that nobody foresaw; `message` is then its stack. */
  | { readonly kind: "failed"; readonly fault: TrainingFault | null; readonly message: string };

function tell(message: TrainingMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, (error: Error | null) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}

function failure(error: unknown): TrainingMessage {
  if (error instanceof TrainingError)
    return { kind: "failed", fault: error.fault, message: error.message };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { kind: "failed", fault: null, message };
}

async function work(job: TrainingJob): Promise<void> {
  try {
    await tell({
      kind: "done",
      outcome: await runJob(job, (step) => void tell({ kind: "step", step })),
    });
  } catch (error) {
    await tell(failure(error));
  }
  process.disconnect();
}

// Mail goes first. Not the lowest there is: beside other busy work that would be a standstill.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
// A parent that is gone wants no model any more. The disconnection after the work comes when all is written.
process.once("disconnect", () => process.exit());
process.once("message", (job: TrainingJob) => void work(job));
