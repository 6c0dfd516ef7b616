import type { DecisionPoint } from "../../../milter/decision-reply.ts";
import type { Decision, Filter } from "../../../milter/filter.ts";
import type { Log } from "./filters.ts";

export interface Waiting {
  readonly filter: Filter<null>;
  /** Resolves when the callback runs. */
  readonly asked: Promise<void>;
  /** Lets it settle. */
  readonly answer: (decision: Decision) => void;
}

/** A filter whose callback at `point` waits for the test, the first time; it logs what is opened, aborted, closed. */
export function waitingAt(point: DecisionPoint, log: Log): Waiting {
  let onAsked: () => void = () => undefined;
  let answer: (decision: Decision) => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    onAsked = resolve;
  });
  const answered = new Promise<Decision>((resolve) => {
    answer = resolve;
  });
  let isFirst = true;
  const decide = (): Decision | Promise<Decision> => {
    if (!isFirst) return { kind: "continue" };
    isFirst = false;
    onAsked();
    return answered;
  };
  const filter: Filter<null> = {
    open: () => {
      log.push("open");
      return null;
    },
    decide: point === "endOfMessage" ? {} : { [point]: decide },
    endOfMessage: async () => ({
      decision: point === "endOfMessage" ? await decide() : { kind: "continue" },
    }),
    abort: () => void log.push("abort"),
    close: () => void log.push("close"),
  };
  return { filter, asked, answer };
}
