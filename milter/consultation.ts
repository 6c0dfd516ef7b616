import type { DecisionPoint } from "./decision-reply.ts";
import { isThenable, type PendingWork, waitFor } from "./handler-deadline.ts";
import type { Limits } from "./limits.ts";

/** Why the policy answered instead of the filter. */
export type Fault =
  | { readonly kind: "handler-error"; readonly point: DecisionPoint; readonly error: unknown }
  | { readonly kind: "handler-timeout"; readonly point: DecisionPoint };

/** A promise while a callback runs: the next packet must wait for it. It never rejects. */
export type Work = Promise<void> | undefined;

export interface ConsultationParts {
  readonly limits: Pick<Limits, "handlerTimeoutMs" | "progressIntervalMs">;
  /** A callback takes its time: what is owed before its answer should go out now. */
  readonly onWait: () => void;
  readonly onProgress: () => void;
  /** Answers in place of the filter; must not throw. */
  readonly onFault: (fault: Fault) => Work;
}

/** Asks the filter, one question at a time: runs a callback, waits for it within bounds, and uses its result. */
export class Consultation {
  readonly #parts: ConsultationParts;
  #pending: PendingWork<unknown> | undefined;

  constructor(parts: ConsultationParts) {
    this.#parts = parts;
  }

  /** Nobody wants the answer of the running callback any more. */
  cancel(): void {
    this.#pending?.cancel();
  }

  /** Whatever goes wrong in `call` or in `use` becomes a fault. Returns a promise only when the callback did. */
  ask<T>(point: DecisionPoint, call: () => T | PromiseLike<T>, use: (result: T) => Work): Work {
    try {
      const result = call();
      return isThenable<T>(result) ? this.#wait(point, result, use) : use(result);
    } catch (error) {
      return this.#parts.onFault({ kind: "handler-error", point, error });
    }
  }

  async #wait<T>(
    point: DecisionPoint,
    work: PromiseLike<T>,
    use: (result: T) => Work,
  ): Promise<void> {
    const { limits, onWait, onProgress, onFault } = this.#parts;
    onWait();
    const pending = waitFor(work, {
      timeoutMs: limits.handlerTimeoutMs,
      progressIntervalMs: limits.progressIntervalMs,
      onProgress,
    });
    this.#pending = pending;
    const settlement = await pending.settled;
    this.#pending = undefined;
    if (settlement.kind === "fulfilled") await this.ask(point, () => settlement.value, use);
    if (settlement.kind === "timed-out") await onFault({ kind: "handler-timeout", point });
    if (settlement.kind === "rejected") {
      await onFault({ kind: "handler-error", point, error: settlement.error });
    }
  }
}
