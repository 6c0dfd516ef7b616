import { CaptureClock } from "./capture-clock.ts";
import type { PacketSource, SourceCounters, SourceEvent } from "./capture/packet-source.ts";
import { SegmentDecoder } from "./decode/decode-segment.ts";
import type { CaptureTime, Frame, IgnoredReason } from "./decode/segment.ts";
import { FlowTable, type FlowTableCounts, type FlowTableOptions } from "./flow/flow-table.ts";

/** What one source and its flow table counted. */
export interface SourceFlowsCounts {
  readonly kind: string;
  readonly name: string;
  readonly timestamps: PacketSource["timestamps"];
  readonly frames: SourceCounters;
  /** Frames that gave no TCP segment, by reason. */
  readonly ignored: Readonly<Partial<Record<IgnoredReason, number>>>;
  readonly table: FlowTableCounts;
  /** Flows held now. */
  readonly flows: number;
}

/**
 * One source and the flows that it shows. Each source has a table of its own: where two interfaces show the same segment
 * (a VLAN and its parent, a bridge and its port), one table would take the second for a retransmission.
 */
export class SourceFlows {
  readonly source: PacketSource;
  readonly table: FlowTable;
  readonly #decoder = new SegmentDecoder();
  readonly #clock = new CaptureClock();
  readonly #ignored: Partial<Record<IgnoredReason, number>> = {};
  #newestSeconds = 0;
  #newestNanoseconds = 0;

  constructor(source: PacketSource, options: FlowTableOptions) {
    this.source = source;
    this.table = new FlowTable(options);
  }

  /** Opens the source; `heard` is told each of its events. Rejects with CaptureError. */
  open(heard: (event: SourceEvent) => void): Promise<void> {
    return this.source.open(
      (frame) => {
        this.#see(frame);
      },
      (event) => {
        // Also when it is back: what had been on its way may have started flows since the interruption was told.
        if (event.kind !== "said") this.table.markAllIncomplete();
        heard(event);
      },
    );
  }

  /** Lets go the flows that are too old at `now`, in milliseconds of a monotonic clock. */
  expire(now: number): void {
    const time = this.#clock.at(now, this.#newest());
    if (time !== undefined) this.table.expire(time);
  }

  get counts(): SourceFlowsCounts {
    const { kind, name, timestamps } = this.source;
    return {
      kind,
      name,
      timestamps,
      frames: this.source.counters(),
      ignored: { ...this.#ignored },
      table: this.table.counts,
      flows: this.table.size,
    };
  }

  #see(frame: Frame): void {
    this.#newestSeconds = frame.seconds;
    this.#newestNanoseconds = frame.nanoseconds;
    const segment = this.#decoder.decode(frame);
    if (typeof segment === "string") this.#ignored[segment] = (this.#ignored[segment] ?? 0) + 1;
    else this.table.see(segment);
  }

  #newest(): CaptureTime | undefined {
    if (this.#newestSeconds === 0) return undefined;
    return { seconds: this.#newestSeconds, nanoseconds: this.#newestNanoseconds };
  }
}
