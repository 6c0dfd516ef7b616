import type {
  BarrierOutcome,
  FrameSink,
  PacketSource,
  SourceCounters,
  SourceEvent,
} from "../../features/capture/packet-source.ts";
import type { Frame } from "../../features/decode/segment.ts";

/** A live source whose interface is the test: frames reach it by `arrive` and are delivered by the next barrier. */
export class MemorySource implements PacketSource {
  readonly kind = "memory";
  readonly name: string;
  readonly timestamps = "user";
  isClosed = false;
  /** What the next barriers do; one that never ends breaks the contract. */
  nextBarrier: BarrierOutcome | "never" | Error = "complete";
  #waiting: Frame[] = [];
  #received = 0;
  #sink: FrameSink = () => undefined;
  #report: (event: SourceEvent) => void = () => undefined;

  constructor(name = "mem0") {
    this.name = name;
  }

  open(sink: FrameSink, report: (event: SourceEvent) => void): Promise<void> {
    this.#sink = sink;
    this.#report = report;
    return Promise.resolve();
  }

  arrive(...frames: readonly Frame[]): void {
    this.#waiting.push(...frames);
  }

  tell(event: SourceEvent): void {
    this.#report(event);
  }

  barrier(): Promise<BarrierOutcome> {
    if (this.nextBarrier instanceof Error) throw this.nextBarrier;
    if (this.nextBarrier === "never") return new Promise(() => undefined);
    if (this.nextBarrier === "complete") this.#deliver();
    return Promise.resolve(this.nextBarrier);
  }

  counters(): SourceCounters {
    return { received: this.#received, dropped: 0 };
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  #deliver(): void {
    for (const frame of this.#waiting.splice(0)) {
      this.#received += 1;
      this.#sink(frame);
    }
  }
}
