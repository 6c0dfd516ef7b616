import { TCP_FLAGS } from "../decode/segment.ts";
import type { TcpSegment } from "../decode/segment.ts";
import type { Moments } from "./flow-record.ts";
import { RoundTrips } from "./round-trips.ts";
import { sequenceNumber, streamPosition } from "./sequence.ts";
import type { SequenceNumber } from "./sequence.ts";
import { SequenceSet } from "./sequence-set.ts";

const { fin: FIN, syn: SYN, rst: RST } = TCP_FLAGS;

/**
 * The sequence space of one side: which numbers were seen, repeated, overtaken and acknowledged. Positions count from
 * the side's first segment; SYN and FIN take one each, as each payload byte does (RFC 9293 §3.4).
 */
export class SentStream {
  /** Segments that occupy at least one position seen before. */
  retransmissions = 0;
  /** Segments that occupy only unseen positions and end below the highest occupied one. */
  outOfOrder = 0;
  /** Segments sent while the other side's window was closed: neither of the above. */
  zeroWindowProbes = 0;
  payloadBytes = 0;
  /** Payload bytes without those seen before and those of zero-window probes. */
  uniqueBytes = 0;
  /** Whether the last segment carried payload that none before had carried; that of a RST is not data. */
  broughtNewPayload = false;
  /** The position up to which the other side acknowledged. */
  acknowledgedTo = 0;

  #origin: SequenceNumber = sequenceNumber(0);
  readonly #seen = new SequenceSet();
  /** What zero-window probes carried: the receiver may have taken it, but it does not count as seen. */
  #probed: SequenceSet | undefined;
  /** The position behind the highest occupied one. */
  #highest = 0;
  #isOccupied = false;
  #takesRoundTrips = true;
  #roundTrips: RoundTrips | undefined;

  /** The first segment's sequence number becomes position 0. */
  begin(sequence: number): void {
    this.#origin = sequenceNumber(sequence);
  }

  positionOf(sequence: number): number {
    return streamPosition(this.#origin, this.#highest, sequenceNumber(sequence));
  }

  /** Takes a segment of this side; `peerIsClosed` when the other side's last window was 0. */
  see(segment: TcpSegment, at: number, peerIsClosed: boolean): void {
    this.broughtNewPayload = false;
    const { flags, payloadLength } = segment;
    const length = payloadLength + (flags & SYN ? 1 : 0) + (flags & FIN ? 1 : 0);
    if (length === 0) return;
    this.payloadBytes += payloadLength;
    const start = this.positionOf(segment.sequence);
    const end = start + length;
    if (peerIsClosed && (flags & SYN) === 0) this.#probe(segment, start, end);
    else if (this.#seen.append(start, end)) this.#advance(segment, start, end, at);
    else this.#revisit(segment, start, end, at);
    if (!this.#isOccupied || end > this.#highest) this.#highest = end;
    this.#isOccupied = true;
  }

  /** Takes the other side's acknowledgment of this stream. */
  acknowledge(acknowledgment: number, at: number): void {
    const position = this.positionOf(acknowledgment);
    if (position <= this.acknowledgedTo) return;
    this.acknowledgedTo = position;
    this.#roundTrips?.acknowledged(position, at);
  }

  /** Whether everything acknowledged from the position `from` on was captured. */
  isCaptured(from: number): boolean {
    if (this.#seen.isInexact || this.#probed?.isInexact === true) return false;
    let position = from;
    let before = -Infinity;
    while (position > before && position < this.acknowledgedTo) {
      before = position;
      position = this.#seen.firstUnseen(position);
      position = this.#probed?.firstUnseen(position) ?? position;
    }
    return position >= this.acknowledgedTo;
  }

  /** The round-trip samples of this side's segments. */
  roundTripMoments(): Moments {
    return (this.#roundTrips ?? new RoundTrips()).record();
  }

  /** Forgets the round-trip samples and takes no more. */
  stopRoundTrips(): void {
    this.#takesRoundTrips = false;
    this.#roundTrips = undefined;
  }

  /** The ordinary case: the segment begins where all that was seen ends. */
  #advance(segment: TcpSegment, start: number, end: number, at: number): void {
    if (end < this.#highest) this.outOfOrder += 1;
    if (this.#probed === undefined) {
      this.uniqueBytes += segment.payloadLength;
      this.broughtNewPayload = isData(segment);
    } else {
      this.#takeNew(segment, start, [start, end]);
    }
    this.#timeNew(start, end, at);
  }

  /** A segment that begins anywhere else: a repeat, one that was overtaken, or the first behind a hole. */
  #revisit(segment: TcpSegment, start: number, end: number, at: number): void {
    const unseen = this.#seen.unseen(start, end);
    const isNew = unseen[0] === start && unseen[1] === end;
    if (!isNew) {
      this.retransmissions += 1;
      this.#roundTrips?.sentAgain(start, end, at);
    } else if (this.#isOccupied && end < this.#highest) {
      this.outOfOrder += 1;
    }
    this.#seen.add(start, end);
    this.#takeNew(segment, start, unseen);
    for (let part = 0; part + 1 < unseen.length; part += 2) {
      this.#timeNew(unseen[part] ?? 0, unseen[part + 1] ?? 0, at);
    }
  }

  #probe(segment: TcpSegment, start: number, end: number): void {
    this.zeroWindowProbes += 1;
    const unseen = this.#seen.unseen(start, start + segment.payloadLength);
    if (isData(segment)) this.broughtNewPayload = this.#hasUnprobed(unseen);
    this.#probed ??= new SequenceSet();
    this.#probed.add(start, end);
  }

  /** Counts the payload in those parts of the segment that were not seen before. */
  #takeNew(segment: TcpSegment, start: number, unseen: readonly number[]): void {
    const payloadStart = start + (segment.flags & SYN ? 1 : 0);
    const payload = within(unseen, payloadStart, payloadStart + segment.payloadLength);
    for (let part = 0; part + 1 < payload.length; part += 2) {
      this.uniqueBytes += (payload[part + 1] ?? 0) - (payload[part] ?? 0);
    }
    if (isData(segment)) this.broughtNewPayload = this.#hasUnprobed(payload);
  }

  #timeNew(start: number, end: number, at: number): void {
    if (!this.#takesRoundTrips) return;
    this.#roundTrips ??= new RoundTrips();
    this.#roundTrips.sent(start, end, at);
  }

  #hasUnprobed(parts: readonly number[]): boolean {
    for (let part = 0; part + 1 < parts.length; part += 2) {
      const [from, to] = [parts[part] ?? 0, parts[part + 1] ?? 0];
      if (this.#probed === undefined || this.#probed.unseen(from, to).length > 0) return true;
    }
    return false;
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
