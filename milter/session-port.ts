import type { Fault } from "./consultation.ts";
import type { Decision } from "./filter.ts";
import type { FilterCalls } from "./filter-calls.ts";
import type { Limits } from "./limits.ts";
import type { SessionView } from "./session-view.ts";
import type { EventName } from "./wire/commands.ts";
import type { Wishes } from "./wire/negotiation.ts";

/** What the session needs of the connection around it. */
export interface SessionPort {
  /** Puts one packet behind those that wait to be written. */
  send(packet: Buffer): void;
  /** Writes what waits, because the next reply will take its time. */
  flush(): void;
  onFault(fault: Fault): void;
  onMessageEnd(end: MessageEnd): void;
}

/** `decided`: the filter said before the end what becomes of the message. */
export type MessageEnd = "answered" | "decided" | "aborted";

export interface SessionParts {
  readonly view: SessionView;
  readonly calls: FilterCalls;
  readonly port: SessionPort;
  readonly wishes: Wishes;
  /** Whether the filter listens to an event at all. */
  readonly isHeard: (name: EventName) => boolean;
  /** Answers where the filter fails. */
  readonly policy: Decision;
  readonly limits: Pick<Limits, "handlerTimeoutMs" | "progressIntervalMs">;
}
