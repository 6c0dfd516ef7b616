/** How the wait for a callback ended. `cancelled`: nobody wants the result any more. */
export type Settlement<T> =
  | { readonly kind: "fulfilled"; readonly value: T }
  | { readonly kind: "rejected"; readonly error: unknown }
  | { readonly kind: "timed-out" }
  | { readonly kind: "cancelled" };

export interface DeadlineOptions {
  readonly timeoutMs: number;
  /** onProgress is called each time so much of the wait is over. */
  readonly progressIntervalMs: number;
  readonly onProgress: () => void;
}

export interface PendingWork<T> {
  readonly settled: Promise<Settlement<T>>;
  cancel(): void;
}

/**
 * Waits for a callback's promise, but not for ever. Whatever the promise does after the wait is over is ignored, a
 * rejection too, so that it cannot become an unhandled one.
 */
export function waitFor<T>(work: PromiseLike<T>, options: DeadlineOptions): PendingWork<T> {
  let finish: (settlement: Settlement<T>) => void = () => undefined;
  const settled = new Promise<Settlement<T>>((resolve) => {
    finish = resolve;
  });
  let remainingMs = options.timeoutMs;
  let timer: NodeJS.Timeout | undefined;
  const end = (settlement: Settlement<T>) => {
    clearTimeout(timer);
    finish(settlement);
  };
  const arm = () => {
    const stepMs = Math.min(options.progressIntervalMs, remainingMs);
    timer = setTimeout(() => {
      remainingMs -= stepMs;
      if (remainingMs <= 0) {
        end({ kind: "timed-out" });
        return;
      }
      arm();
      options.onProgress();
    }, stepMs);
  };
  arm();
  // Promise.resolve takes in what is no real promise: a then that throws rejects, one that settles twice settles once.
  Promise.resolve(work).then(
    (value) => {
      end({ kind: "fulfilled", value });
    },
    (error: unknown) => {
      end({ kind: "rejected", error });
    },
  );
  return {
    settled,
    cancel: () => {
      end({ kind: "cancelled" });
    },
  };
}

/** A promise, or anything that can be awaited like one. */
export function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}
