import { SegmentDecoder } from "./decode/decode-segment.ts";
import type { Frame, IgnoredReason } from "./decode/segment.ts";
import { extractFeatures } from "./extract/extract-features.ts";
import type { FeatureVector } from "./extract/extract-features.ts";
import type { Flow } from "./flow/flow.ts";
import type { CutRule, Endpoint, FlowRecord } from "./flow/flow-record.ts";
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

/** Takes what was extracted and the raw record that it was computed from. */
export type ExtractedSink = (extracted: ExtractedFlow, record: FlowRecord) => void;

export interface FlowExtractorOptions {
  /** One item a connection, as it stood at its end, or one a message, as it stood at the end of its data. */
  readonly cut: "connection" | "message";
  /** Server ports to look at; all by default. */
  readonly ports?: ReadonlySet<number> | "all";
  /** Flows held at once; at the bound the one silent longest is given out early. */
  readonly maxFlows?: number;
}

/** What an extractor counted. */
export interface ExtractionCounts extends FlowTableCounts {
  readonly frames: number;
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
  #frames = 0;
  readonly #ignored: Partial<Record<IgnoredReason, number>> = {};

  constructor(options: FlowExtractorOptions, sink: ExtractedSink) {
    const { cut, ports = "all", maxFlows } = options;
    this.#sink = sink;
    this.#table = new FlowTable({
      ports,
      neighbours: cut === "message",
      ...(maxFlows === undefined ? {} : { maxFlows }),
      onEvicted: (flow) => {
        this.#giveOut(flow);
      },
    });
    if (cut === "message") {
      this.#cutter = new MessageCutter(({ record, message, cut: rule }) => {
        sink({ ...extractedFlow(record), message, cut: rule }, record);
      });
    }
  }

  get counts(): ExtractionCounts {
    return { ...this.#table.counts, frames: this.#frames, ignored: { ...this.#ignored } };
  }

  frame(frame: Frame): void {
    this.#frames += 1;
    const segment = this.#decoder.decode(frame);
    if (typeof segment === "string") {
      this.#ignored[segment] = (this.#ignored[segment] ?? 0) + 1;
      return;
    }
    const flow = this.#table.see(segment);
    if (flow !== undefined) this.#cutter?.see(flow, segment);
  }

  /** Gives out what is left. Nothing may be put in afterwards. */
  end(): void {
    this.#table.drain((flow) => {
      this.#giveOut(flow);
    });
  }

  #giveOut(flow: Flow): void {
    if (this.#cutter !== undefined) {
      this.#cutter.finish(flow);
      return;
    }
    const record = flow.record();
    this.#sink(extractedFlow(record), record);
  }
}

/** What `extract` prints of a record, and what is kept of a live mail in the same form. */
export function extractedFlow(record: FlowRecord): ExtractedFlow {
  const { client, server, started, ended, complete } = record;
  return { client, server, started, ended, complete, features: extractFeatures(record) };
}
