import { TCP_FLAGS } from "../decode/segment.ts";
import type { TcpSegment } from "../decode/segment.ts";
import { COUNT, REAL } from "./flow-cells.ts";
import type { Moments } from "./flow-record.ts";
import { RoundTrips } from "./round-trips.ts";
import { sequenceNumber, streamPosition } from "./sequence.ts";
import { SeenPositions } from "./seen-positions.ts";
import { SequenceSet } from "./sequence-set.ts";

const { fin: FIN, syn: SYN, rst: RST } = TCP_FLAGS;

/** Bits of COUNT.streamState. */
const OCCUPIED = 1;
const NO_ROUND_TRIPS = 2;

/**
 * The sequence space of one side: which numbers were seen, repeated, overtaken and acknowledged. Positions count from
 * the side's first segment; SYN and FIN take one each, as each payload byte does (RFC 9293 §3.4).
 */
export class SentStream extends SeenPositions {
  /** Whether the last segment carried payload that none before had carried; that of a RST is not data. */
  broughtNewPayload = false;

  /** Segments that occupy at least one position seen before. */
  get retransmissions(): number {
    return this.count(COUNT.retransmissions);
  }

  /** Segments that occupy only unseen positions and end below the highest occupied one. */
  get outOfOrder(): number {
    return this.count(COUNT.outOfOrder);
  }

  /** Segments sent while the other side's window was closed: neither of the above. */
  get zeroWindowProbes(): number {
    return this.count(COUNT.zeroWindowProbes);
  }

  get payloadBytes(): number {
    return this.real(REAL.payloadBytes);
  }

  /** Payload bytes without those seen before and those of zero-window probes. */
  get uniqueBytes(): number {
    return this.real(REAL.uniqueBytes);
  }

  /** The position up to which the other side acknowledged. */
  get acknowledgedTo(): number {
    return this.real(REAL.acknowledgedTo);
  }

  /** The position behind the highest occupied one. */
  get highest(): number {
    return this.real(REAL.highest);
  }

  /** The first segment's sequence number becomes position 0. */
  begin(sequence: number): void {
    this.setCount(COUNT.firstSequence, sequence | 0);
  }

  positionOf(sequence: number): number {
    const origin = sequenceNumber(this.count(COUNT.firstSequence));
    return streamPosition(origin, this.highest, sequenceNumber(sequence));
  }

  /** Takes a segment of this side; `peerIsClosed` when the other side's last window was 0. */
  take(segment: TcpSegment, at: number, peerIsClosed: boolean): void {
    this.broughtNewPayload = false;
    const { flags, payloadLength } = segment;
    const length = payloadLength + (flags & SYN ? 1 : 0) + (flags & FIN ? 1 : 0);
    if (length === 0) return;
    this.addReal(REAL.payloadBytes, payloadLength);
    const start = this.positionOf(segment.sequence);
    const end = start + length;
    if (peerIsClosed && (flags & SYN) === 0) this.#probe(segment, start, end);
    else if (this.append(start, end)) this.#advance(segment, start, end, at);
    else this.#revisit(segment, start, end, at);
    const isOccupied = (this.count(COUNT.streamState) & OCCUPIED) !== 0;
    if (isOccupied && end <= this.highest) return;
    this.setReal(REAL.highest, end);
    if (!isOccupied) this.#setState(OCCUPIED);
  }

  /** Takes the other side's acknowledgment of this stream. */
  acknowledge(acknowledgment: number, at: number): void {
    const position = this.positionOf(acknowledgment);
    if (position <= this.acknowledgedTo) return;
    this.setReal(REAL.acknowledgedTo, position);
    const roundTrips = this.extras?.roundTrips;
    if (roundTrips === undefined) return;
    const sample = roundTrips.acknowledged(position, at);
    if (!Number.isNaN(sample)) this.#takeSample(sample);
    if (roundTrips.isIdle) this.#retire(roundTrips);
  }

  /** The round-trip samples of this side's segments. */
  roundTripMoments(): Moments {
    const count = this.count(COUNT.roundTrips);
    return { count, mean: this.real(REAL.roundTripMean), m2: this.real(REAL.roundTripSquares) };
  }

  /** The shortest sample in nanoseconds; null where there was none. */
  get minRoundTrip(): number | null {
    return this.count(COUNT.roundTrips) === 0 ? null : this.real(REAL.minRoundTrip);
  }

  /** Forgets the round-trip samples and takes no more. */
  stopRoundTrips(): void {
    this.#setState(NO_ROUND_TRIPS);
    this.setCount(COUNT.roundTrips, 0);
    this.setReal(REAL.roundTripMean, 0);
    this.setReal(REAL.roundTripSquares, 0);
    const extras = this.extras;
    if (extras?.roundTrips !== undefined) this.drop("roundTrips");
  }

  #setState(bit: number): void {
    this.setCount(COUNT.streamState, this.count(COUNT.streamState) | bit);
  }

  /** The ordinary case: the segment begins where all that was seen ends. */
  #advance(segment: TcpSegment, start: number, end: number, at: number): void {
    if (end < this.highest) this.addCount(COUNT.outOfOrder, 1);
    if (this.extras?.probed === undefined) {
      this.addReal(REAL.uniqueBytes, segment.payloadLength);
      this.broughtNewPayload = isData(segment);
    } else {
      this.#takeNew(segment, start, [start, end]);
    }
    this.#timeNew(start, end, at);
  }

  /** A segment that begins anywhere else: a repeat, one that was overtaken, or the first behind a hole. */
  #revisit(segment: TcpSegment, start: number, end: number, at: number): void {
    const unseen = this.takeIn(start, end);
    const isNew = unseen[0] === start && unseen[1] === end;
    if (!isNew) {
      this.addCount(COUNT.retransmissions, 1);
      this.#timeRepeat(start, end, at);
    } else if ((this.count(COUNT.streamState) & OCCUPIED) !== 0 && end < this.highest) {
      this.addCount(COUNT.outOfOrder, 1);
    }
    this.#takeNew(segment, start, unseen);
    for (let part = 0; part + 1 < unseen.length; part += 2) {
      this.#timeNew(unseen[part] ?? 0, unseen[part + 1] ?? 0, at);
    }
  }

  #probe(segment: TcpSegment, start: number, end: number): void {
    this.addCount(COUNT.zeroWindowProbes, 1);
    const unseen = this.unseen(start, start + segment.payloadLength);
    if (isData(segment)) this.broughtNewPayload = this.hasUnprobed(unseen);
    const extras = this.needExtras();
    extras.probed ??= new SequenceSet();
    extras.probed.add(start, end);
  }

  /** Counts the payload in those parts of the segment that were not seen before. */
  #takeNew(segment: TcpSegment, start: number, unseen: readonly number[]): void {
    const payloadStart = start + (segment.flags & SYN ? 1 : 0);
    const payload = within(unseen, payloadStart, payloadStart + segment.payloadLength);
    for (let part = 0; part + 1 < payload.length; part += 2) {
      this.addReal(REAL.uniqueBytes, (payload[part + 1] ?? 0) - (payload[part] ?? 0));
    }
    if (isData(segment)) this.broughtNewPayload = this.hasUnprobed(payload);
  }

  #timeNew(start: number, end: number, at: number): void {
    if ((this.count(COUNT.streamState) & NO_ROUND_TRIPS) !== 0) return;
    this.#waiting().sent(start, end, at);
  }

  #timeRepeat(start: number, end: number, at: number): void {
    if ((this.count(COUNT.streamState) & NO_ROUND_TRIPS) !== 0) return;
    const roundTrips = this.#waiting();
    roundTrips.sentAgain(start, end, at);
    if (roundTrips.isIdle) this.#retire(roundTrips);
  }

  #waiting(): RoundTrips {
    const extras = this.needExtras();
    extras.roundTrips ??= new RoundTrips(this.real(REAL.latestCovered));
    return extras.roundTrips;
  }

  /** Nothing waits: of what it knows one number is kept until the next segment is sent. */
  #retire(roundTrips: RoundTrips): void {
    this.setReal(REAL.latestCovered, roundTrips.latestCovered);
    this.drop("roundTrips");
  }

  #takeSample(sample: number): void {
    this.addSample(COUNT.roundTrips, REAL.roundTripMean, sample);
    if (sample < this.real(REAL.minRoundTrip)) this.setReal(REAL.minRoundTrip, sample);
  }
}

/** The payload of a RST is diagnostic text, not part of the stream (RFC 9293 §3.10.7.4 takes none). */
function isData(segment: TcpSegment): boolean {
  return segment.payloadLength > 0 && (segment.flags & RST) === 0;
}

/** The parts, start, end, start, end …, cut to `[from, to)`. */
function within(parts: readonly number[], from: number, to: number): number[] {
  const cut: number[] = [];
  for (let part = 0; part + 1 < parts.length; part += 2) {
    const start = Math.max(from, parts[part] ?? 0);
    const end = Math.min(to, parts[part + 1] ?? 0);
    if (start < end) cut.push(start, end);
  }
  return cut;
}
