/** What a peer did that the protocol does not allow, or that passes a bound of ours. */
export type ProtocolViolation =
  | "packet-empty"
  | "packet-too-long"
  | "payload-too-short"
  | "payload-too-long"
  | "string-unterminated"
  | "unknown-command"
  | "unknown-reply"
  | "unexpected-reply"
  | "unexpected-packet"
  | "bad-negotiation"
  | "not-negotiated"
  | "negotiated-twice"
  | "timed-out"
  | "connection-lost";

/**
 * A peer that cannot be talked to any longer. On the milter's side the connection is closed, on the MTA's side the
 * conversation is over; nothing else follows from it.
 */
export class MilterProtocolError extends Error {
  readonly violation: ProtocolViolation;

  constructor(violation: ProtocolViolation, detail: string, options?: ErrorOptions) {
    super(`${violation}: ${detail}`, options);
    this.name = "MilterProtocolError";
    this.violation = violation;
  }
}
