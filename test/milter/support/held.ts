import type { Answer, Filter } from "../../../milter/filter.ts";
import type { Log } from "./filters.ts";

export interface Held {
  readonly filter: Filter<null>;
  /** The messages that wait for their answer, in order. */
  readonly waiting: readonly ((answer: Answer) => void)[];
  /** Resolves when the next message waits, or when the connection is closed. */
  readonly next: () => Promise<void>;
}

/** A filter whose answers the test gives. */
export function held(log: Log = []): Held {
  const waiting: ((answer: Answer) => void)[] = [];
  const listeners: (() => void)[] = [];
  const filter: Filter<null> = {
    open: () => null,
    endOfMessage: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        for (const listener of listeners.splice(0)) listener();
      }),
    abort: () => void log.push("abort"),
    close: () => {
      log.push("close");
      for (const listener of listeners.splice(0)) listener();
    },
  };
  const next = () => new Promise<void>((resolve) => void listeners.push(resolve));
  return { filter, waiting, next };
}
