import { TCP_FLAGS } from "../decode/segment.ts";
import type { TcpSegment } from "../decode/segment.ts";
import type { SideRecord } from "./flow-record.ts";
import { RunningMoments } from "./running-moments.ts";
import { SentStream } from "./sent-stream.ts";
import { synOptions, windowShift } from "./syn-options.ts";
import type { SynOptions } from "./syn-options.ts";

const { fin: FIN, syn: SYN, rst: RST, ack: ACK } = TCP_FLAGS;

/** Stands for "none yet" in numbers that are never negative. */
const NONE = -1;

/** One side of a flow: what it sent, as seen at the capture point. Times are nanoseconds since the flow began. */
export class HalfFlow {
  readonly stream = new SentStream();
  packets = 0;
  resets = 0;
  fins = 0;
  syns = 0;

  #firstSequence = 0;
  #zeroWindows = 0;
  #minWindow = NONE;
  /** The last window advertised, unscaled. */
  #lastWindow = NONE;
  #syn: SynOptions | undefined;
  #synPosition = 0;
  #finEnd = 0;
  #hopLimit = NONE;

  readonly #gaps = new RunningMoments();
  #maxGap = NONE;
  #lastAt = 0;

  /** Takes a segment of this side; `peer` is the other side as it stood before. */
  see(segment: TcpSegment, at: number, peer: HalfFlow): void {
    if (this.packets === 0) this.#begin(segment);
    else this.#countGap(at);
    this.#lastAt = at;
    this.packets += 1;
    const { flags } = segment;
    if ((flags & (SYN | FIN | RST)) !== 0) this.#countControl(segment);
    this.#countWindow(flags, segment.window);
    this.stream.see(segment, at, peer.#lastWindow === 0);
  }

  /** Whether a segment of this side begins another connection: a SYN that is neither an answer nor a repeat. */
  isNewConnection(segment: TcpSegment): boolean {
    return (
      (segment.flags & (SYN | ACK)) === SYN &&
      this.packets > 0 &&
      segment.sequence !== this.#firstSequence
    );
  }

  /** Takes the other side's acknowledgment. */
  acknowledge(acknowledgment: number, at: number): void {
    if (this.packets > 0) this.stream.acknowledge(acknowledgment, at);
  }

  /** Position of the stream's first payload byte; undefined where the SYN was not seen. */
  get payloadStart(): number | undefined {
    return this.#syn === undefined ? undefined : this.#synPosition + 1;
  }

  get isFinAcknowledged(): boolean {
    return this.fins > 0 && this.stream.acknowledgedTo >= this.#finEnd;
  }

  /** Whether the SYN was seen, and all that the other side acknowledged since. */
  get isCaptured(): boolean {
    return this.#syn !== undefined && this.stream.isCaptured(this.#synPosition);
  }

  record(peer: HalfFlow): SideRecord {
    const { stream } = this;
    const syn = this.#syn;
    return {
      packets: this.packets,
      retransmissions: stream.retransmissions,
      outOfOrder: stream.outOfOrder,
      resets: this.resets,
      fins: this.fins,
      syns: this.syns,
      zeroWindows: this.#zeroWindows,
      zeroWindowProbes: stream.zeroWindowProbes,
      payloadBytes: stream.payloadBytes,
      uniqueBytes: stream.uniqueBytes,
      minWindowUnscaled: orNull(this.#minWindow),
      windowShift: windowShift(syn, peer.#syn),
      gaps: this.#gaps.record(),
      maxGapNanoseconds: orNull(this.#maxGap),
      maximumSegmentSize: syn?.maximumSegmentSize ?? null,
      sackPermitted: syn?.sackPermitted ?? null,
      timestamps: syn?.timestamps ?? null,
      hopLimit: orNull(this.#hopLimit),
    };
  }

  #begin(segment: TcpSegment): void {
    this.#firstSequence = segment.sequence;
    this.stream.begin(segment.sequence);
    this.#hopLimit = segment.hopLimit;
  }

  /** A gap over which the clock ran backwards counts as 0. */
  #countGap(at: number): void {
    const gap = Math.max(0, at - this.#lastAt);
    this.#gaps.add(gap);
    if (gap > this.#maxGap) this.#maxGap = gap;
  }

  #countControl(segment: TcpSegment): void {
    const { flags } = segment;
    if (flags & RST) this.resets += 1;
    if (flags & FIN) {
      this.fins += 1;
      const start = this.stream.positionOf(segment.sequence);
      this.#finEnd = start + segment.payloadLength + (flags & SYN ? 2 : 1);
    }
    if (flags & SYN) {
      this.syns += 1;
      if (this.#syn === undefined) this.#synPosition = this.stream.positionOf(segment.sequence);
      this.#syn ??= synOptions(segment.options);
    }
  }

  /**
   * The smallest window is that of segments with ACK, without SYN and RST; a zero window is one of a segment without
   * SYN, FIN and RST. For probes, a RST tells nothing of the window, and neither ACK nor SYN closes it.
   */
  #countWindow(flags: number, window: number): void {
    if (flags & RST) return;
    this.#lastWindow = flags & (ACK | SYN) ? window : 0;
    if (window === 0 && (flags & (SYN | FIN)) === 0) this.#zeroWindows += 1;
    if ((flags & (ACK | SYN)) !== ACK) return;
    if (this.#minWindow === NONE || window < this.#minWindow) this.#minWindow = window;
  }
}

function orNull(value: number): number | null {
  return value === NONE ? null : value;
}
