/** Exit statuses of every command, by the names of sysexits(3). */
export const EXIT = {
  usage: 64,
  data: 65,
  noInput: 66,
  unavailable: 69,
  software: 70,
  cannotCreate: 73,
  notPermitted: 77,
  configuration: 78,
} as const;

export type ExitStatus = 0 | (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with one line on stderr and a status; the message names the place of the fault. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly status: ExitStatus;

  constructor(status: ExitStatus, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}
