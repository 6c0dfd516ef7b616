import { TCP_FLAGS } from "../decode/segment.ts";
import type { TcpSegment } from "../decode/segment.ts";
import { COUNT, NONE, REAL } from "./flow-cells.ts";
import type { Moments, SideRecord } from "./flow-record.ts";
import { SentStream } from "./sent-stream.ts";
import { NO_SYN, packSyn, unpackSyn, windowShift } from "./syn-options.ts";
import type { SynOptions } from "./syn-options.ts";

const { fin: FIN, syn: SYN, rst: RST, psh: PSH, ack: ACK } = TCP_FLAGS;

/** One side of a flow: what it sent, as seen at the capture point. Times are nanoseconds since the flow began. */
export class HalfFlow extends SentStream {
  get packets(): number {
    return this.count(COUNT.packets);
  }

  get resets(): number {
    return this.count(COUNT.resets);
  }

  get fins(): number {
    return this.count(COUNT.fins);
  }

  get syns(): number {
    return this.count(COUNT.syns);
  }

  get dataPackets(): number {
    return this.count(COUNT.dataPackets);
  }

  get lastAt(): number {
    return this.real(REAL.lastAt);
  }

  /** Takes a segment of this side; `peer` is the other side as it stood before. */
  see(segment: TcpSegment, at: number, peer: HalfFlow): void {
    const { flags } = segment;
    if (this.packets === 0) this.#begin(segment);
    else this.#countGap(at);
    this.setReal(REAL.lastAt, at);
    this.addCount(COUNT.packets, 1);
    if ((flags & (SYN | FIN | RST)) !== 0) this.#countControl(segment);
    else if (segment.payloadLength === 0 && !peer.#isKeepAlive) this.#countDuplicate(segment);
    this.setCount(COUNT.keepAlive, this.#looksKeptAlive(segment) ? 1 : 0);
    if ((flags & ACK) !== 0) this.setCount(COUNT.lastAcknowledgment, segment.acknowledgment | 0);
    this.#countWindow(flags, segment.window);
    this.take(segment, at, peer.count(COUNT.lastWindow) === 0);
  }

  /** Takes the payload of a segment into account; `fullPayload` is what a full segment carries, 0 where unknown. */
  countData(segment: TcpSegment, fullPayload: number): void {
    const { payloadLength } = segment;
    if (this.count(COUNT.firstData) === NONE) this.setCount(COUNT.firstData, payloadLength);
    this.addCount(COUNT.dataPackets, 1);
    if ((segment.flags & PSH) !== 0) this.addCount(COUNT.pushes, 1);
    if (fullPayload === 0) return;
    // What a network card merged or will cut is counted as the full segments and the rest that went over the wire.
    const full = Math.floor(payloadLength / fullPayload);
    const rest = payloadLength - full * fullPayload;
    this.addCount(COUNT.fullPieces, full);
    this.addCount(COUNT.pieces, full + (rest > 0 ? 1 : 0));
    this.addReal(REAL.pieceSquares, full * fullPayload * fullPayload + rest * rest);
  }

  /** Takes the time that this side took to answer the other's data. */
  countThought(nanoseconds: number): void {
    this.addMean(COUNT.thoughts, REAL.thoughtMean, nanoseconds);
    if (nanoseconds > this.real(REAL.maxThought)) this.setReal(REAL.maxThought, nanoseconds);
  }

  /** Whether a segment of this side begins another connection: a SYN that is neither an answer nor a repeat. */
  isNewConnection(segment: TcpSegment): boolean {
    return (
      (segment.flags & (SYN | ACK)) === SYN &&
      this.packets > 0 &&
      (segment.sequence | 0) !== this.count(COUNT.firstSequence)
    );
  }

  /** Takes the other side's acknowledgment. */
  override acknowledge(acknowledgment: number, at: number): void {
    if (this.packets > 0) super.acknowledge(acknowledgment, at);
  }

  /** Position of the stream's first payload byte; undefined where the SYN was not seen. */
  get payloadStart(): number | undefined {
    return this.#hasSyn ? this.real(REAL.synPosition) + 1 : undefined;
  }

  get isFinAcknowledged(): boolean {
    return this.fins > 0 && this.acknowledgedTo >= this.real(REAL.finEnd);
  }

  /** Whether the SYN was seen, and all that the other side acknowledged since. */
  get isWhole(): boolean {
    return this.#hasSyn && this.isCaptured(this.real(REAL.synPosition));
  }

  /** What the SYN offered; undefined where it was not seen. */
  get offers(): SynOptions | undefined {
    return unpackSyn({
      offers: this.count(COUNT.synOffers),
      maximumSegmentSize: this.count(COUNT.maximumSegmentSize),
      windowScale: this.count(COUNT.windowScale),
    });
  }

  record(peer: HalfFlow): SideRecord {
    const offers = this.offers;
    return {
      packets: this.packets,
      retransmissions: this.retransmissions,
      outOfOrder: this.outOfOrder,
      resets: this.resets,
      fins: this.fins,
      syns: this.syns,
      zeroWindows: this.count(COUNT.zeroWindows),
      zeroWindowProbes: this.zeroWindowProbes,
      payloadBytes: this.payloadBytes,
      uniqueBytes: this.uniqueBytes,
      minWindowUnscaled: orNull(this.count(COUNT.minWindow)),
      windowShift: windowShift(offers, peer.offers),
      gaps: this.#gaps(),
      maxGapNanoseconds: orNull(this.real(REAL.maxGap)),
      maximumSegmentSize: offers?.maximumSegmentSize ?? null,
      sackPermitted: offers?.sackPermitted ?? null,
      timestamps: offers?.timestamps ?? null,
      hopLimit: orNull(this.count(COUNT.hopLimit)),
      ...this.#segmentation(),
      ...this.#syn(offers),
      maxWindowUnscaled: orNull(this.count(COUNT.maxWindow)),
      duplicateAcknowledgments: this.count(COUNT.duplicateAcknowledgments),
      thoughts: this.#thoughts(),
    };
  }

  #begin(segment: TcpSegment): void {
    this.begin(segment.sequence);
    this.setCount(COUNT.hopLimit, segment.hopLimit);
  }

  /** A gap over which the clock ran backwards counts as 0. */
  #countGap(at: number): void {
    const gap = Math.max(0, at - this.real(REAL.lastAt));
    const gaps = this.packets;
    const deviation = gap - this.real(REAL.gapMean);
    const mean = this.real(REAL.gapMean) + deviation / gaps;
    this.setReal(REAL.gapMean, mean);
    this.addReal(REAL.gapSquares, deviation * (gap - mean));
    if (gap > this.real(REAL.maxGap)) this.setReal(REAL.maxGap, gap);
  }

  #countControl(segment: TcpSegment): void {
    const { flags } = segment;
    if (flags & RST) this.addCount(COUNT.resets, 1);
    if (flags & FIN) {
      this.addCount(COUNT.fins, 1);
      const start = this.positionOf(segment.sequence);
      this.setReal(REAL.finEnd, start + segment.payloadLength + (flags & SYN ? 2 : 1));
    }
    if (flags & SYN) {
      this.addCount(COUNT.syns, 1);
      if (!this.#hasSyn) this.#takeSyn(segment);
    }
  }

  #takeSyn(segment: TcpSegment): void {
    const packed = packSyn(segment.options);
    this.setReal(REAL.synPosition, this.positionOf(segment.sequence));
    this.setReal(REAL.optionOrder, segment.options.order);
    this.setCount(COUNT.synWindow, segment.window);
    this.setCount(COUNT.synOffers, packed.offers);
    this.setCount(COUNT.maximumSegmentSize, packed.maximumSegmentSize);
    this.setCount(COUNT.windowScale, packed.windowScale);
  }

  /** Wireshark's rule: not the answer to a keep-alive, no payload, nothing sent since, and window and acknowledgment are those of the segment before. */
  #countDuplicate(segment: TcpSegment): void {
    const { window } = segment;
    const isDuplicate =
      window !== 0 &&
      window === this.count(COUNT.lastWindow) &&
      (segment.acknowledgment | 0) === this.count(COUNT.lastAcknowledgment) &&
      this.packets > 1 &&
      this.positionOf(segment.sequence) === this.highest;
    if (isDuplicate) this.addCount(COUNT.duplicateAcknowledgments, 1);
  }

  /**
   * The smallest and the largest window are those of segments with ACK, without SYN and RST; a zero window is one of a
   * segment without SYN, FIN and RST. For probes, a RST tells nothing of the window, and neither ACK nor SYN closes it.
   */
  #countWindow(flags: number, window: number): void {
    if (flags & RST) return;
    this.setCount(COUNT.lastWindow, flags & (ACK | SYN) ? window : 0);
    if (window === 0 && (flags & (SYN | FIN)) === 0) this.addCount(COUNT.zeroWindows, 1);
    if ((flags & (ACK | SYN)) !== ACK) return;
    const smallest = this.count(COUNT.minWindow);
    if (smallest === NONE || window < smallest) this.setCount(COUNT.minWindow, window);
    if (window > this.count(COUNT.maxWindow)) this.setCount(COUNT.maxWindow, window);
  }

  /** Whether the last segment of this side was a keep-alive, which is answered with the acknowledgment of before. */
  get #isKeepAlive(): boolean {
    return this.count(COUNT.keepAlive) === 1;
  }

  /** The last number that was sent, with its byte or without (RFC 9293 §3.8.4). */
  #looksKeptAlive({ flags, payloadLength, sequence }: TcpSegment): boolean {
    if (payloadLength > 1 || (flags & (SYN | FIN | RST)) !== 0) return false;
    return this.packets > 1 && this.positionOf(sequence) === this.highest - 1;
  }

  get #hasSyn(): boolean {
    return this.count(COUNT.synOffers) !== NO_SYN;
  }

  #gaps(): Moments {
    const count = Math.max(0, this.packets - 1);
    return { count, mean: this.real(REAL.gapMean), m2: this.real(REAL.gapSquares) };
  }

  #segmentation(): Pick<SideRecord, "dataPackets" | "pushes" | "firstDataBytes" | "pieces"> {
    return {
      dataPackets: this.dataPackets,
      pushes: this.count(COUNT.pushes),
      firstDataBytes: orNull(this.count(COUNT.firstData)),
      pieces: {
        count: this.count(COUNT.pieces),
        full: this.count(COUNT.fullPieces),
        squares: this.real(REAL.pieceSquares),
      },
    };
  }

  #syn(
    offers: SynOptions | undefined,
  ): Pick<SideRecord, "synWindow" | "windowScale" | "optionOrder"> {
    if (offers === undefined) return { synWindow: null, windowScale: null, optionOrder: null };
    return {
      synWindow: this.count(COUNT.synWindow),
      windowScale: offers.windowScale === "absent" ? null : offers.windowScale,
      optionOrder: offers.isWhole ? this.real(REAL.optionOrder) : null,
    };
  }

  #thoughts(): SideRecord["thoughts"] {
    return {
      count: this.count(COUNT.thoughts),
      meanNanoseconds: this.real(REAL.thoughtMean),
      maxNanoseconds: orNull(this.real(REAL.maxThought)),
    };
  }
}

function orNull(value: number): number | null {
  return value === NONE ? null : value;
}
