import type { Frame } from "../decode/segment.ts";

/** Takes one frame; the frame and its buffer are valid during the call only. */
export type FrameSink = (frame: Frame) => void;

/** What a source tells about itself besides frames: never an exception, always an event. */
export type SourceEvent =
  /** Frames may have been missed from here on (link gone, child died, drop counter rose). */
  | { readonly kind: "interrupted"; readonly reason: string }
  /** The source delivers again. */
  | { readonly kind: "resumed" }
  /** The source is at its end: end of file, or it gave up. */
  | { readonly kind: "ended"; readonly reason: string }
  /** The program that captures said something on its standard error; no frame is missing for that. */
  | { readonly kind: "said"; readonly text: string };

/**
 * Frames that the source received and lost since it was opened. `dropped` is "unknown" where the source has
 * no such counter.
 */
export interface SourceCounters {
  readonly received: number;
  readonly dropped: number | "unknown";
}

/**
 * - `complete`: each frame that had reached the interface before the call has been given to the sink;
 * - `late`: the bound ran out first, so the flows may lack their last segments.
 */
export type BarrierOutcome = "complete" | "late";

/** Longest time that a barrier may hold up a mail. */
export const BARRIER_BOUND_MILLISECONDS = 50;

/**
 * Bytes kept of a frame by live sources unless they are told otherwise: Ethernet, VLAN tag, IPv6 and TCP with all options
 * fit into 118.
 */
export const SNAP_LENGTH = 128;
/** Most bytes that can be asked for: room for the headers of two tunnels around those. */
export const MAX_SNAP_LENGTH = 512;

/** What a live source adds to an error "not-permitted". */
export const PERMISSION_HINT = "capturing takes root or the capability CAP_NET_RAW";

/** The only seam between SpamFlow and the network. */
export interface PacketSource {
  /** "libpcap", "cap", "command" … as in `--source`. */
  readonly kind: string;
  /** What the source reads: interface or file name. */
  readonly name: string;
  /** Who took the time of a frame. */
  readonly timestamps: "kernel-ns" | "kernel-us" | "user" | "file";
  /** Starts delivery; rejects with CaptureError. */
  open(sink: FrameSink, report: (event: SourceEvent) => void): Promise<void>;
  barrier(): Promise<BarrierOutcome>;
  counters(): SourceCounters;
  close(): Promise<void>;
}

/** Why a source cannot be opened or read; the command line turns it into a sysexits code. */
export type CaptureFault =
  | "not-permitted"
  | "no-such-interface"
  | "not-available"
  | "unreadable"
  | "not-a-capture"
  | "damaged"
  | "unknown-link-type";

export class CaptureError extends Error {
  override readonly name = "CaptureError";
  readonly fault: CaptureFault;

  /** `message` says what was seen and where: file and byte offset, or interface. */
  constructor(fault: CaptureFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}
