import { SegmentDecoder } from "./decode/decode-segment.ts";
import { epochSeconds } from "./decode/segment.ts";
import type { Frame, IgnoredReason } from "./decode/segment.ts";
import { extractFeatures } from "./extract/extract-features.ts";
import type { FeatureVector } from "./extract/extract-features.ts";
import type { Flow } from "./flow/flow.ts";
import type { CutRule, Endpoint, FlowRecord } from "./flow/flow-record.ts";
import { FlowPart } from "./flow/flow-part.ts";
import type { Part } from "./flow/flow-part.ts";
import { FlowTable } from "./flow/flow-table.ts";
import type { FlowTableCounts } from "./flow/flow-table.ts";
import { MessageCutter } from "./flow/message-cut.ts";

/** One flow, or one message of a flow, as `extract` prints it. */
export interface ExtractedFlow {
  readonly client: Endpoint;
  readonly server: Endpoint;
  /** Epoch seconds. */
  readonly started: number;
  /** Epoch seconds of the last segment that counts. */
  readonly ended: number;
  readonly complete: boolean;
  readonly features: FeatureVector;
  /** Which message of its connection, from 1 on; with the cut "message" only. */
  readonly message?: number;
  /** How the end of the message was found; with the cut "message" only. */
  readonly cut?: CutRule;
}

/**
 * When something was given out: at which frame, Infinity at the end, and the frame that its flow began with. What several
 * extractors give out, each of a part of the flows, is in the order of one when it is merged by this.
 */
export interface Occasion {
  readonly frame: number;
  readonly firstFrame: number;
}

/** Takes what was extracted and the raw record that it was computed from. */
export type ExtractedSink = (
  extracted: ExtractedFlow,
  record: FlowRecord,
  occasion: Occasion,
) => void;

export interface FlowExtractorOptions {
  /** One item a connection, as it stood at its end, or one a message, as it stood at the end of its data. */
  readonly cut: "connection" | "message";
  /** Server ports to look at; all by default. */
  readonly ports?: ReadonlySet<number> | "all";
  /** Flows held at once; at the bound the first in the order of eviction is given out early. */
  readonly maxFlows?: number;
  /** Frames from this time on, and before that one, in epoch seconds; all by default. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** All flows by default. */
  readonly part?: Part | undefined;
}

/** What an extractor counted. */
export interface ExtractionCounts extends FlowTableCounts {
  readonly frames: number;
  /** Frames passed over because of their time. */
  readonly otherTimes: number;
  /** Frames that gave no segment, by reason. */
  readonly ignored: Readonly<Partial<Record<IgnoredReason, number>>>;
}

/**
 * Turns the frames of captures into flows with features. Connections are given out at `end`, in the order in which they
 * began, those that the table had no room for at once; messages as soon as their end was found.
 */
export class FlowExtractor {
  readonly #decoder = new SegmentDecoder();
  readonly #table: FlowTable;
  readonly #cutter: MessageCutter | undefined;
  readonly #sink: ExtractedSink;
  readonly #part: FlowPart | undefined;
  readonly #since: number;
  readonly #until: number;
  #frames = 0;
  #otherTimes = 0;
  #isAtEnd = false;
  readonly #ignored: Partial<Record<IgnoredReason, number>> = {};

  constructor(options: FlowExtractorOptions, sink: ExtractedSink) {
    const { cut, ports = "all", maxFlows, part } = options;
    this.#sink = sink;
    this.#since = options.since ?? -Infinity;
    this.#until = options.until ?? Infinity;
    this.#part = part === undefined ? undefined : new FlowPart(part, ports);
    this.#table = new FlowTable({
      ports,
      neighbours: cut === "message",
      ordinal: () => this.#frames,
      ...(maxFlows === undefined ? {} : { maxFlows }),
      onEvicted: (flow) => {
        this.#giveOut(flow);
      },
    });
    if (cut === "message") {
      this.#cutter = new MessageCutter(({ flow, record, message, cut: rule }) => {
        sink({ ...extractedFlow(record), message, cut: rule }, record, this.#occasion(flow));
      });
    }
  }

  get counts(): ExtractionCounts {
    return {
      ...this.#table.counts,
      frames: this.#frames,
      otherTimes: this.#otherTimes,
      ignored: { ...this.#ignored },
    };
  }

  frame(frame: Frame): void {
    this.#frames += 1;
    if (!this.#isTime(frame)) {
      this.#otherTimes += 1;
      return;
    }
    const segment = this.#decoder.decode(frame);
    if (typeof segment === "string") {
      this.#ignored[segment] = (this.#ignored[segment] ?? 0) + 1;
      return;
    }
    if (this.#part?.has(segment) === false) return;
    const flow = this.#table.see(segment);
    if (flow !== undefined) this.#cutter?.see(flow, segment);
  }

  /** Gives out what is left. Nothing may be put in afterwards. */
  end(): void {
    this.#isAtEnd = true;
    this.#table.drain((flow) => {
      this.#giveOut(flow);
    });
  }

  #isTime(frame: Frame): boolean {
    if (this.#since === -Infinity && this.#until === Infinity) return true;
    const time = epochSeconds(frame);
    return time >= this.#since && time < this.#until;
  }

  #giveOut(flow: Flow): void {
    if (this.#cutter !== undefined) {
      this.#cutter.finish(flow);
      return;
    }
    const record = flow.record();
    this.#sink(extractedFlow(record), record, this.#occasion(flow));
  }

  #occasion({ ordinal }: Flow): Occasion {
    return { frame: this.#isAtEnd ? Infinity : this.#frames, firstFrame: ordinal };
  }
}

/** What `extract` prints of a record, and what is kept of a live mail in the same form. */
export function extractedFlow(record: FlowRecord): ExtractedFlow {
  const { client, server, started, ended, complete } = record;
  return { client, server, started, ended, complete, features: extractFeatures(record) };
}
