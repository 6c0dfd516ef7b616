import { basename } from "node:path";

import { CommandProcess } from "./command-process.ts";
import { filledWords } from "./command-words.ts";
import { LineLimit } from "./error-output.ts";
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

/** What tcpdump is told to take for its ring: see LIBPCAP_RING_BYTES. */
export const COMMAND_RING_BYTES = 10 * 1024 * 1024;
const BYTES_PER_KIB = 1024;

export interface CommandSourceOptions {
  /** The program and its arguments, with places to be filled: see CommandPlaces. */
  readonly command: readonly string[];
  readonly ports: ReadonlySet<number>;
  readonly ringBytes?: number;
  readonly snapLength?: number;
}

/**
 * Live capture through a program that writes a capture to its standard output: tcpdump, here or behind ssh. Its end is
 * an ordinary event: it is told, and the program is started again with growing delays. What it says on its standard
 * error is passed on.
 */
export class CommandSource implements PacketSource {
  readonly kind = "command";
  readonly name: string;
  timestamps: "kernel-ns" | "kernel-us" = "kernel-ns";
  readonly #options: CommandSourceOptions;
  readonly #interfaceName: string | undefined;
  readonly #process = new RestartedProcess<CommandProcess>({
    start: () => this.#start(),
    restarted: () => {
      this.#report({ kind: "resumed" });
    },
    // What a program lacks may be there again later, also a right: it may get it by other ways than we.
    isFinal: () => false,
  });
  readonly #limit = new LineLimit();
  #hasVlanTags = true;
  #sink: FrameSink = () => undefined;
  #report: (event: SourceEvent) => void = () => undefined;
  #received = 0;
  /** Frames dropped by the present process and by those before it; unknown until one tells. */
  #dropped: number | "unknown" = "unknown";
  #droppedBefore = 0;

  /** `interfaceName` fills the command's place for it; undefined where it has none. */
  constructor(interfaceName: string | undefined, options: CommandSourceOptions) {
    this.name = interfaceName ?? basename(options.command[0] ?? "");
    this.#interfaceName = interfaceName;
    this.#options = options;
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
      // Cooked and raw link types know no tags.
      this.#hasVlanTags = false;
      await this.#process.open();
    }
    this.timestamps = this.#process.present?.timestamps ?? this.timestamps;
  }

  /** With no program alive nothing can come any more: what is missing then, the event has told. */
  barrier(): Promise<BarrierOutcome> {
    return this.#process.present?.barrier() ?? Promise.resolve("complete");
  }

  counters(): SourceCounters {
    return { received: this.#received, dropped: this.#dropped };
  }

  close(): Promise<void> {
    return this.#process.close();
  }

  #start(): Promise<CommandProcess> {
    const { command, ports, ringBytes = COMMAND_RING_BYTES } = this.#options;
    const words = filledWords(command, {
      interface: this.name,
      filter: portFilter(ports, { vlanTags: this.#hasVlanTags }),
      snap: String(this.#options.snapLength ?? SNAP_LENGTH),
      ring: String(Math.ceil(ringBytes / BYTES_PER_KIB)),
    });
    return CommandProcess.start(
      { words, interfaceName: this.#interfaceName ?? "" },
      {
        frame: this.#sink,
        said: (line) => {
          for (const text of this.#limit.pass(line, performance.now())) {
            this.#report({ kind: "said", text });
          }
        },
        dropped: (frames) => {
          this.#countDrops(frames);
        },
        died: (reason) => {
          if (this.#dropped !== "unknown") this.#droppedBefore = this.#dropped;
          this.#report({ kind: "interrupted", reason: `the capture command is gone: ${reason}` });
          this.#process.lost();
        },
      },
    );
  }

  /** `frames` is the present process's own counter. */
  #countDrops(frames: number): void {
    const before = this.#dropped === "unknown" ? 0 : this.#dropped;
    this.#dropped = this.#droppedBefore + frames;
    const rise = this.#dropped - before;
    if (rise <= 0) return;
    this.#report({ kind: "interrupted", reason: `the capture command dropped ${rise} frames` });
    this.#report({ kind: "resumed" });
  }
}
