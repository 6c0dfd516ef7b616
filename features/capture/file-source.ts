import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { BARRIER_BOUND_MILLISECONDS } from "./packet-source.ts";
import type {
  BarrierOutcome,
  FrameSink,
  PacketSource,
  SourceCounters,
  SourceEvent,
} from "./packet-source.ts";
import { readCapture } from "./read-capture.ts";

/** A capture file, or standard input as `-`, as a packet source: it delivers as fast as the sink takes. */
export class FileSource implements PacketSource {
  readonly kind = "file";
  readonly name: string;
  readonly timestamps = "file";
  readonly #stop = new AbortController();
  #received = 0;
  #finished: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.name = path;
  }

  /**
   * Settles when the reading that `open` began is over: rejects with CaptureError when the file is damaged, resolves at
   * the end of the file and after `close`.
   */
  get finished(): Promise<void> {
    return this.#finished;
  }

  /** Resolves when the header was read; rejects with CaptureError when that cannot be done. */
  async open(sink: FrameSink, report: (event: SourceEvent) => void): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#finished = this.#read(sink, resolve);
      this.#finished.then(
        () => {
          report({ kind: "ended", reason: "end of file" });
          resolve();
        },
        (error: unknown) => {
          const failure = error instanceof Error ? error : new Error(String(error));
          report({ kind: "ended", reason: failure.message });
          reject(failure);
        },
      );
    });
  }

  /** Everything in the file counts as having reached the interface: complete at its end. */
  async barrier(): Promise<BarrierOutcome> {
    const settled = this.#finished.then(
      () => "complete" as const,
      () => "complete" as const,
    );
    const bound = new AbortController();
    const late = delay(BARRIER_BOUND_MILLISECONDS, "late" as const, { signal: bound.signal }).catch(
      () => "late" as const,
    );
    const outcome = await Promise.race([settled, late]);
    bound.abort();
    return outcome;
  }

  /** A file does not say what its capture lost. */
  counters(): SourceCounters {
    return { received: this.#received, dropped: "unknown" };
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#finished.catch(() => undefined);
  }

  async #read(sink: FrameSink, onStarted: () => void): Promise<void> {
    const { signal } = this.#stop;
    const counted: FrameSink = (frame) => {
      this.#received += 1;
      sink(frame);
    };
    // A read of a named pipe cannot be called back, so the end of the reading is not waited for.
    const stopped = once(signal, "abort");
    try {
      await Promise.race([readCapture(this.name, counted, { onStarted, signal }), stopped]);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
