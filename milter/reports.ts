import type { CallbackName } from "./filter-calls.ts";
import type { ProtocolViolation } from "./wire/protocol-error.ts";

/** Something that an operator may want to know. `connection` is the id of Session. */
export type Report =
  /** The peer broke the protocol or passed a bound; its connection was closed. */
  | {
      readonly kind: "protocol-violation";
      readonly connection: number;
      readonly peer: string;
      readonly violation: ProtocolViolation;
      readonly detail: string;
    }
  /** A callback threw, rejected, or gave an answer that may not go out; the policy answered. */
  | {
      readonly kind: "handler-error";
      readonly connection: number;
      readonly callback: CallbackName;
      readonly error: unknown;
    }
  /** A callback did not settle in time; the policy answered. */
  | {
      readonly kind: "handler-timeout";
      readonly connection: number;
      readonly callback: CallbackName;
    }
  /** The bound on connections is reached. */
  | { readonly kind: "connection-refused"; readonly open: number }
  /** A connection was silent, or in the middle of a packet, for too long. */
  | {
      readonly kind: "connection-timeout";
      readonly connection: number;
      readonly peer: string;
      readonly phase: "negotiation" | "packet" | "idle";
    }
  /** The socket failed under a message. */
  | {
      readonly kind: "connection-lost";
      readonly connection: number;
      readonly peer: string;
      readonly error: Error;
    }
  /** The listening socket failed; the server goes on as it can. */
  | { readonly kind: "listener-error"; readonly error: Error };

/** `suppressed` reports of the same kind were withheld since the last one. */
export type ReportReceiver = (report: Report, suppressed: number) => void;

const INTERVAL_MS = 60_000;

/** Passes on one report of each kind a minute, so that a broken peer cannot fill a log. */
export class ReportLimiter {
  readonly #receiver: ReportReceiver;
  readonly #now: () => number;
  readonly #last = new Map<Report["kind"], { at: number; suppressed: number }>();

  /** `now` is a clock in milliseconds. */
  constructor(receiver: ReportReceiver, now: () => number) {
    this.#receiver = receiver;
    this.#now = now;
  }

  report(report: Report): void {
    const at = this.#now();
    const last = this.#last.get(report.kind);
    if (last !== undefined && at - last.at < INTERVAL_MS) {
      last.suppressed += 1;
      return;
    }
    this.#last.set(report.kind, { at, suppressed: 0 });
    this.#receiver(report, last?.suppressed ?? 0);
  }
}
