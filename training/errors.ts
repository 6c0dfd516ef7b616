/** What went wrong in training; the command line turns it into a sysexits code. */
export type TrainingFault =
  /** An example that is not JSON, or lacks what an example must have. */
  | "bad-example"
  /** A CSV table that is ragged, or has a cell that is neither a number nor empty. */
  | "bad-table"
  /** A model file of another format, or one that is damaged. */
  | "bad-model"
  /** Too few examples, or examples of one class only. */
  | "not-enough"
  /** A learner that does not exist. */
  | "unknown-learner"
  /** Another training runs at the same place. */
  | "locked"
  /** A model that the store does not have. */
  | "unknown-model"
  /** The process that trained has ended without a result. */
  | "ended"
  | "unreadable"
  | "unwritable";

export class TrainingError extends Error {
  override readonly name = "TrainingError";
  readonly fault: TrainingFault;

  /** `message` says what was seen and where: file, line, column or key. */
  constructor(fault: TrainingFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EACCES: "permission denied",
  EISDIR: "is a directory",
  ENOSPC: "no space left on the device",
};

/** The error of a file that could not be opened or read, with its name in front. */
export function unreadable(path: string, cause: unknown): TrainingError {
  return new TrainingError("unreadable", `${path}: ${reasonOf(cause)}`, { cause });
}

/** The error of a file that could not be written, with its name in front. */
export function unwritable(path: string, cause: unknown): TrainingError {
  return new TrainingError("unwritable", `${path}: cannot be written: ${reasonOf(cause)}`, {
    cause,
  });
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  return REASONS[code] ?? cause.message;
}
