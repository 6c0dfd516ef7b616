import { BackOff } from "./back-off.ts";

export interface RestartedProcessOptions<P> {
  readonly start: () => Promise<P>;
  /** The process is there again after it was lost. */
  readonly restarted: () => void;
  /** It could not be started again: whether to give it up rather than to try once more later. */
  readonly isFinal: (error: unknown) => boolean;
}

/** The one process of a capture source: when it is lost it is started again, with growing delays, until it is closed. */
export class RestartedProcess<P extends { stop(): Promise<void> }> {
  readonly #options: RestartedProcessOptions<P>;
  readonly #backOff = new BackOff();
  #process: P | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: RestartedProcessOptions<P>) {
    this.#options = options;
  }

  /** Undefined while it is lost. */
  get present(): P | undefined {
    return this.#process;
  }

  /** The first start; rejects as `start` does. */
  async open(): Promise<P> {
    this.#process = await this.#options.start();
    return this.#process;
  }

  /** The process has ended by itself. */
  lost(): void {
    this.#process = undefined;
    this.#startLater();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    await this.#process?.stop();
    this.#process = undefined;
  }

  #startLater(): void {
    if (this.#isClosed) return;
    this.#retry = setTimeout(() => void this.#restart(), this.#backOff.next(performance.now()));
  }

  /** Never rejects: whatever hinders a start is a reason to try again, or to give up. */
  async #restart(): Promise<void> {
    try {
      const started = await this.#options.start();
      if (this.#isClosed) {
        await started.stop();
        return;
      }
      this.#process = started;
      this.#options.restarted();
    } catch (error) {
      if (!this.#isClosed && !this.#options.isFinal(error)) this.#startLater();
    }
  }
}
