import { CaptureError, type CaptureFault } from "../features/index.ts";
import { MilterListenError, MilterSpecError } from "../milter/index.ts";
import { TrainingError, type TrainingFault } from "../training/index.ts";
import { CommandError, EXIT, type ExitStatus } from "./exit-codes.ts";

/** What ends a command: its exit status and the one line on stderr. */
export interface Failure {
  readonly status: ExitStatus;
  readonly line: string;
}

const CAPTURE_STATUS: Readonly<Record<CaptureFault, ExitStatus>> = {
  "not-permitted": EXIT.notPermitted,
  "no-such-interface": EXIT.unavailable,
  "not-available": EXIT.unavailable,
  unreadable: EXIT.noInput,
  "not-a-capture": EXIT.data,
  damaged: EXIT.data,
  "unknown-link-type": EXIT.data,
};

const TRAINING_STATUS: Readonly<Record<TrainingFault, ExitStatus>> = {
  "bad-example": EXIT.data,
  "bad-table": EXIT.data,
  "bad-model": EXIT.data,
  "not-enough": EXIT.data,
  "unknown-learner": EXIT.usage,
  locked: EXIT.unavailable,
  "unknown-model": EXIT.noInput,
  ended: EXIT.unavailable,
  unreadable: EXIT.noInput,
  unwritable: EXIT.cannotCreate,
};

/** Errors of the operating system that say what the user can mend. */
const SYSTEM_STATUS: Readonly<Record<string, ExitStatus>> = {
  ENOENT: EXIT.noInput,
  EISDIR: EXIT.noInput,
  EACCES: EXIT.noInput,
  EADDRINUSE: EXIT.cannotCreate,
  EADDRNOTAVAIL: EXIT.cannotCreate,
};

function statusOf(error: Error): ExitStatus {
  if (error instanceof CommandError) return error.status;
  if (error instanceof CaptureError) return CAPTURE_STATUS[error.fault];
  if (error instanceof MilterSpecError) return EXIT.usage;
  if (error instanceof MilterListenError) return EXIT.cannotCreate;
  if (error instanceof TrainingError) return TRAINING_STATUS[error.fault];
  if (error.name === "YError") return EXIT.usage;
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return SYSTEM_STATUS[code] ?? EXIT.software;
}

/** The status and the line of whatever ended a command; an unforeseen error shows where it came from. */
export function describeFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return { status: EXIT.software, line: String(error) };
  const status = statusOf(error);
  const text = status === EXIT.software ? (error.stack ?? error.message) : error.message;
  return { status, line: status === EXIT.software ? text : text.replaceAll("\n", " ") };
}
