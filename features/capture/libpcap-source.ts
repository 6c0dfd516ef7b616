import { setImmediate as nextTurn } from "node:timers/promises";

import { BackOff } from "./back-off.ts";
import { LibpcapHandle, type DrainOutcome } from "./libpcap-handle.ts";
import { loadLibpcap, type NativeLibraries } from "./libpcap-library.ts";
import {
  BARRIER_BOUND_MILLISECONDS,
  CaptureError,
  SNAP_LENGTH,
  type BarrierOutcome,
  type FrameSink,
  type PacketSource,
  type SourceCounters,
  type SourceEvent,
} from "./packet-source.ts";

/** 10 MiB hold 50,000 frames of SNAP_LENGTH: what a busy mail host gets in a stall of half a second and more. */
export const LIBPCAP_RING_BYTES = 10 * 1024 * 1024;

/** How often the ring is emptied while nobody asks; the frames bear the kernel's stamps, so none is told by it. */
const DRAIN_INTERVAL_MILLISECONDS = 20;
/** How often the state of the link is looked at, in drains. */
const DRAINS_PER_LINK_CHECK = 10;
/** Longest time that the ring is emptied without a turn for the rest of the process. */
const SLICE_MILLISECONDS = 10;

export interface LibpcapSourceOptions {
  readonly ports: ReadonlySet<number>;
  readonly ringBytes?: number;
  readonly snapLength?: number;
}

/**
 * Live capture of one interface through libpcap. An interface that goes away is told as an event and opened again when
 * it is back; the frames that were missed meanwhile are the event's matter, not the barrier's.
 */
export class LibpcapSource implements PacketSource {
  readonly kind = "libpcap";
  readonly name: string;
  timestamps: "kernel-ns" | "kernel-us" = "kernel-ns";
  readonly #options: LibpcapSourceOptions;
  readonly #backOff = new BackOff();
  #native: NativeLibraries | undefined;
  #handle: LibpcapHandle | undefined;
  #sink: FrameSink = () => undefined;
  #report: (event: SourceEvent) => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;
  #received = 0;
  #dropped = 0;
  /** The open handle's own drop counter when it was last read. */
  #handleDrops = 0;
  #linkUp = true;
  #drainsUntilLinkCheck = 0;

  constructor(interfaceName: string, options: LibpcapSourceOptions) {
    this.name = interfaceName;
    this.#options = options;
  }

  async open(sink: FrameSink, report: (event: SourceEvent) => void): Promise<void> {
    this.#native = await loadLibpcap();
    this.#sink = (frame) => {
      this.#received += 1;
      sink(frame);
    };
    this.#report = report;
    this.#activate(this.#native);
  }

  /** By causality the last segment of a message is in the ring before the mail server can read it: emptying is enough. */
  async barrier(): Promise<BarrierOutcome> {
    const asked = performance.now();
    while (this.#drainSlice() === "more") {
      if (performance.now() - asked > BARRIER_BOUND_MILLISECONDS) return "late";
      await nextTurn();
    }
    return "complete";
  }

  counters(): SourceCounters {
    this.#countDrops();
    return { received: this.#received, dropped: this.#dropped };
  }

  close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#closeHandle();
    return Promise.resolve();
  }

  #activate(native: NativeLibraries): void {
    const handle = new LibpcapHandle(native, {
      interfaceName: this.name,
      ports: this.#options.ports,
      ringBytes: this.#options.ringBytes ?? LIBPCAP_RING_BYTES,
      snapLength: this.#options.snapLength ?? SNAP_LENGTH,
    });
    this.#handle = handle;
    this.#handleDrops = 0;
    this.#linkUp = true;
    this.timestamps = handle.timestamps;
    this.#schedule(DRAIN_INTERVAL_MILLISECONDS);
  }

  #schedule(milliseconds: number): void {
    this.#timer = setTimeout(() => {
      this.#tick();
    }, milliseconds);
  }

  #tick(): void {
    const slice = this.#drainSlice();
    this.#watchLink();
    // A failed drain has set the timer for the attempt to open again.
    if (slice !== "gone") this.#schedule(slice === "more" ? 0 : DRAIN_INTERVAL_MILLISECONDS);
  }

  /** Empties the ring, for SLICE_MILLISECONDS at most. */
  #drainSlice(): "empty" | "more" | "gone" {
    const handle = this.#handle;
    if (handle === undefined) return "gone";
    const started = performance.now();
    const received = this.#received;
    let outcome: DrainOutcome;
    do outcome = handle.drain(this.#sink);
    while (outcome.kind === "more" && performance.now() - started < SLICE_MILLISECONDS);
    if (outcome.kind === "failed") {
      this.#lose(outcome.reason);
      return "gone";
    }
    // The kernel drops only while the ring is full, so that an empty one needs no look at the counter.
    if (this.#received > received) this.#countDrops();
    return outcome.kind;
  }

  /** Adds what the kernel dropped since the last look, and tells it: flows open now may lack segments. */
  #countDrops(): void {
    if (this.#handle === undefined) return;
    const drops = this.#handle.drops();
    const rise = (drops - this.#handleDrops) >>> 0;
    if (rise === 0) return;
    this.#handleDrops = drops;
    this.#dropped += rise;
    this.#report({
      kind: "interrupted",
      reason: `the kernel dropped ${rise} frames, the ring was full`,
    });
    this.#report({ kind: "resumed" });
  }

  #watchLink(): void {
    this.#drainsUntilLinkCheck -= 1;
    if (this.#handle === undefined || this.#drainsUntilLinkCheck > 0) return;
    this.#drainsUntilLinkCheck = DRAINS_PER_LINK_CHECK;
    const isUp = this.#handle.isLinkUp();
    if (isUp === this.#linkUp) return;
    this.#linkUp = isUp;
    this.#report(isUp ? { kind: "resumed" } : { kind: "interrupted", reason: "the link is down" });
  }

  #lose(reason: string): void {
    this.#closeHandle();
    clearTimeout(this.#timer);
    this.#report({ kind: "interrupted", reason });
    this.#retryLater();
  }

  #retryLater(): void {
    this.#timer = setTimeout(() => {
      this.#reopen();
    }, this.#backOff.next(performance.now()));
  }

  #reopen(): void {
    if (this.#native === undefined) return;
    try {
      this.#activate(this.#native);
      this.#report({ kind: "resumed" });
    } catch (error) {
      // A process that gave up its privilege after the first open never gets it back.
      if (error instanceof CaptureError && error.fault === "not-permitted") {
        this.#report({ kind: "ended", reason: `it cannot be opened again: ${error.message}` });
      } else {
        this.#retryLater();
      }
    }
  }

  #closeHandle(): void {
    this.#handle?.close();
    this.#handle = undefined;
  }
}
