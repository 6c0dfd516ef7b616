/** What has to be taken down when the demo ends, however it ends. */

/** Statuses as a shell reports them: 128 and the number of the signal. */
const SIGNAL_STATUS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export interface CleanUpOptions {
  /** Told of the signal that ends the work early. */
  readonly onSignal: (signal: string) => void;
  /** Told of an action that failed; the others are taken all the same. */
  readonly onFault: (what: string, error: unknown) => void;
}

/** Actions that undo what was made, the last made first. */
export class CleanUp {
  readonly #options: CleanUpOptions;
  readonly #interruption = new AbortController();
  #actions: { readonly what: string; readonly undo: () => Promise<void> }[] = [];

  constructor(options: CleanUpOptions) {
    this.#options = options;
  }

  /** Aborted by whatever ends the work early; long waits listen to it. */
  get interruption(): AbortSignal {
    return this.#interruption.signal;
  }

  /** Ends the work early with this error, as a part that it stands on has failed. */
  readonly fail = (error: Error): void => {
    this.#interruption.abort(error);
  };

  /** Has `undo` called at the end. */
  add(what: string, undo: () => Promise<void>): void {
    this.#actions.push({ what, undo });
  }

  /** Takes every action that is left. */
  async run(): Promise<void> {
    for (let action = this.#actions.pop(); action !== undefined; action = this.#actions.pop()) {
      const { what, undo } = action;
      await undo().catch((error: unknown) => {
        this.#options.onFault(what, error);
      });
    }
  }

  /**
   * Does `work` and then cleans up, also when the work fails, a signal comes or something throws where nobody catches
   * it; gives the work's status, or that of the signal. The work is waited for in any case, so that nothing is made
   * after the cleaning.
   */
  async around(work: () => Promise<number>): Promise<number> {
    let signalStatus: number | undefined;
    const interrupt = (signal: NodeJS.Signals): void => {
      if (signalStatus !== undefined) return;
      signalStatus = SIGNAL_STATUS[signal as keyof typeof SIGNAL_STATUS];
      this.#options.onSignal(signal);
      this.fail(new Error(`interrupted by ${signal}`));
    };
    const stopListening = listen(interrupt, this.fail);
    try {
      const status = await work();
      this.interruption.throwIfAborted();
      return status;
    } catch (error) {
      if (signalStatus === undefined) throw error;
      return signalStatus;
    } finally {
      await this.run();
      stopListening();
    }
  }
}

/** Gives the function that ends the listening. */
function listen(
  onSignal: (signal: NodeJS.Signals) => void,
  onUncaught: (error: Error) => void,
): () => void {
  const signals = Object.keys(SIGNAL_STATUS) as (keyof typeof SIGNAL_STATUS)[];
  for (const signal of signals) process.on(signal, onSignal);
  process.on("uncaughtException", onUncaught);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
    process.off("uncaughtException", onUncaught);
  };
}

/** Settles as `promise` does, but fails as soon as `interruption` is aborted. */
export async function unlessInterrupted<Value>(
  promise: Promise<Value>,
  interruption: AbortSignal,
): Promise<Value> {
  interruption.throwIfAborted();
  let stopListening = (): void => undefined;
  const interrupted = new Promise<never>((_resolve, reject) => {
    const fail = (): void => {
      reject(interruption.reason as Error);
    };
    interruption.addEventListener("abort", fail, { once: true });
    stopListening = (): void => {
      interruption.removeEventListener("abort", fail);
    };
  });
  return Promise.race([promise, interrupted]).finally(stopListening);
}
