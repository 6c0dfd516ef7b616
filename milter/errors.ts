export { MilterProtocolError, type ProtocolViolation } from "./wire/protocol-error.ts";

/** A listen specification that cannot be read; the message quotes it and says why. */
export class MilterSpecError extends Error {
  constructor(spec: string, reason: string) {
    super(`cannot listen on "${spec}": ${reason}`);
    this.name = "MilterSpecError";
  }
}

/** A socket that cannot be made. `code` is that of the system error (EADDRINUSE, EACCES, …) where there was one. */
export class MilterListenError extends Error {
  readonly code: string;

  constructor(spec: string, code: string, reason: string, options?: ErrorOptions) {
    super(`cannot listen on ${spec}: ${reason}`, options);
    this.name = "MilterListenError";
    this.code = code;
  }
}

/** An answer of a filter that may not go on the wire: it would be refused by the MTA, or break the message. */
export class MilterAnswerError extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = "MilterAnswerError";
  }
}
