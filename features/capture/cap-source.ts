import { fileURLToPath } from "node:url";

import { CapProcess } from "./cap-process.ts";
import {
  CaptureError,
  SNAP_LENGTH,
  type BarrierOutcome,
  type FrameSink,
  type PacketSource,
  type SourceCounters,
  type SourceEvent,
} from "./packet-source.ts";
import { portFilter } from "./port-filter.ts";
import { RestartedProcess } from "./restarted-process.ts";

/**
 * `cap` takes whole frames, so that its ring holds few: 64 MiB make about a thousand of them, what 10 MiB would make
 * (160) is lost in a stall of a tenth of a second.
 */
export const CAP_RING_BYTES = 64 * 1024 * 1024;

const BUILT_CHILD = fileURLToPath(new URL("./cap-child.js", import.meta.url));

export interface CapSourceOptions {
  readonly ports: ReadonlySet<number>;
  readonly ringBytes?: number;
  readonly snapLength?: number;
  /** The program of the child; the built one beside this file unless told. */
  readonly childPath?: string;
}

/**
 * Live capture of one interface through the `cap` package, in a process of its own whose death is an ordinary event:
 * it is told, and the child is started again. Stamps are taken in that process, so they bear its delays, and frames
 * that its small ring lost are not known to anyone.
 */
export class CapSource implements PacketSource {
  readonly kind = "cap";
  readonly name: string;
  readonly timestamps = "user";
  readonly #options: CapSourceOptions;
  readonly #process = new RestartedProcess<CapProcess>({
    start: () => this.#start(),
    restarted: () => {
      this.#report({ kind: "resumed" });
    },
    isFinal: (error) => this.#isForbidden(error),
  });
  #filter: string;
  #sink: FrameSink = () => undefined;
  #report: (event: SourceEvent) => void = () => undefined;
  #received = 0;

  constructor(interfaceName: string, options: CapSourceOptions) {
    this.name = interfaceName;
    this.#options = options;
    this.#filter = portFilter(options.ports, { vlanTags: true });
  }

  get processId(): number | undefined {
    return this.#process.present?.processId;
  }

  async open(sink: FrameSink, report: (event: SourceEvent) => void): Promise<void> {
    this.#sink = (frame) => {
      this.#received += 1;
      sink(frame);
    };
    this.#report = report;
    try {
      await this.#process.open();
    } catch (error) {
      if (!(error instanceof CaptureError) || !/VLAN support/i.test(error.message)) throw error;
      // Cooked and raw link types know no tags. A child opens once, so the next attempt takes a new one.
      this.#filter = portFilter(this.#options.ports, { vlanTags: false });
      await this.#process.open();
    }
  }

  /** With no child alive nothing can come any more: what is missing then, the event has told. */
  barrier(): Promise<BarrierOutcome> {
    return this.#process.present?.barrier() ?? Promise.resolve("complete");
  }

  counters(): SourceCounters {
    return { received: this.#received, dropped: "unknown" };
  }

  close(): Promise<void> {
    return this.#process.close();
  }

  #start(): Promise<CapProcess> {
    return CapProcess.start(
      {
        interfaceName: this.name,
        filter: this.#filter,
        ringBytes: this.#options.ringBytes ?? CAP_RING_BYTES,
        snapLength: this.#options.snapLength ?? SNAP_LENGTH,
        childPath: this.#options.childPath ?? BUILT_CHILD,
      },
      {
        frame: this.#sink,
        overflow: (frames) => {
          this.#report({
            kind: "interrupted",
            reason: `${frames} frames were not fetched in time`,
          });
          this.#report({ kind: "resumed" });
        },
        died: (reason) => {
          this.#report({ kind: "interrupted", reason: `the capture process is gone: ${reason}` });
          this.#process.lost();
        },
      },
    );
  }

  /** A process that gave up its privilege after the first open never gets it back. */
  #isForbidden(error: unknown): boolean {
    if (!(error instanceof CaptureError) || error.fault !== "not-permitted") return false;
    this.#report({ kind: "ended", reason: `it cannot be opened again: ${error.message}` });
    return true;
  }
}
