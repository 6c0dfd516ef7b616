import { TCP_FLAGS } from "../decode/segment.ts";
import type { CaptureTime, TcpSegment } from "../decode/segment.ts";
import { emptySegment } from "../decode/tcp.ts";
import { EventLog, NO_EVENT } from "./event-log.ts";
import { optionsOf, packSyn } from "./syn-options.ts";

const { fin: FIN, syn: SYN, rst: RST, ack: ACK } = TCP_FLAGS;

/** Repeats that are remembered of a half-open flow; with more it becomes an ordinary one. */
export const MAX_EVENTS = 16;

/** Bytes of a half-open flow with its share of the indexes of its table. */
export const HALF_OPEN_BYTES = 176;
export const EVENT_BYTES = 12;

/** Whole numbers of a half-open flow: those of its SYN and of the answer, then its own. */
const SYN_AT = 0;
const ANSWER_AT = 5;
const EVENTS = 10;
const NANOSECONDS = 11;
const INTERRUPTIONS = 12;
/** NOT_CLOSED, unless its ends began a newer flow. */
const INTERRUPTIONS_AT_END = 13;
const NUMBERS = 14;
const NOT_CLOSED = -1;

/** Whole numbers of one segment. */
const SEQUENCE = 0;
const ACKNOWLEDGMENT = 1;
const FLAGS_AND_WINDOW = 2;
const SIZE_SCALE_HOPS = 3;
const OFFERS = 4;

/** Reals: when it began, the order of both segments' options, and its number among all flows. */
const SECONDS = 0;
const SYN_ORDER = 1;
const ANSWER_ORDER = 2;
const ORDINAL = 3;
const REALS = 4;

const INITIAL_CAPACITY = 256;

/** What is known of a flow besides its segments. */
export interface AboutFlow {
  readonly ordinal: number;
  /** How many interruptions there had been when it began. */
  readonly interruptions: number;
}

export interface AboutHalfOpen extends AboutFlow {
  readonly started: CaptureTime;
  readonly interruptionsAtEnd: number | undefined;
}

/** Takes the segments of a half-open flow again, in their order. */
export type Replay = (segment: TcpSegment, fromSource: boolean) => void;

/**
 * Connections of which a SYN was seen and at most its answer, and repeats of both: what a SYN flood leaves. Each is a few
 * numbers, from which its segments can be made again, so that a flow that goes on is none the worse for it.
 */
export class HalfOpenFlows {
  #numbers = new Int32Array(NUMBERS * INITIAL_CAPACITY);
  #reals = new Float64Array(REALS * INITIAL_CAPACITY);
  readonly #free: number[] = [];
  #used = 0;
  readonly #events = new EventLog();
  readonly #replayed = emptySegment();

  /** Flows held now. */
  get size(): number {
    return this.#used - this.#free.length;
  }

  get bytes(): number {
    return HALF_OPEN_BYTES * this.size + EVENT_BYTES * this.#events.size;
  }

  /** Whether a flow that begins with this segment can be held. */
  static canBegin(segment: TcpSegment): boolean {
    return (segment.flags & (SYN | ACK | FIN | RST)) === SYN && segment.payloadLength === 0;
  }

  /** Begins a flow: its number here. */
  begin(segment: TcpSegment, { ordinal, interruptions }: AboutFlow): number {
    const flow = this.#free.pop() ?? this.#used++;
    if (this.#used * NUMBERS > this.#numbers.length) this.#grow();
    const at = flow * REALS;
    this.#numbers.fill(0, flow * NUMBERS, (flow + 1) * NUMBERS);
    this.#write(flow, SYN_AT, segment);
    this.#numbers[flow * NUMBERS + EVENTS] = NO_EVENT;
    this.#numbers[flow * NUMBERS + NANOSECONDS] = segment.nanoseconds;
    this.#numbers[flow * NUMBERS + INTERRUPTIONS] = interruptions;
    this.#numbers[flow * NUMBERS + INTERRUPTIONS_AT_END] = NOT_CLOSED;
    this.#reals[at + SECONDS] = segment.seconds;
    this.#reals[at + SYN_ORDER] = segment.options.order;
    this.#reals[at + ORDINAL] = ordinal;
    return flow;
  }

  /** Takes one more segment, if the flow is still half-open with it. */
  take(flow: number, segment: TcpSegment, fromSource: boolean): boolean {
    if (segment.payloadLength > 0 || (segment.flags & (FIN | RST)) !== 0) return false;
    if (!(fromSource ? this.#isSyn(flow, segment) : this.#takeAnswer(flow, segment))) return false;
    const events = flow * NUMBERS + EVENTS;
    const last = this.#numbers[events] ?? NO_EVENT;
    if (this.#events.count(last) >= MAX_EVENTS) return false;
    this.#numbers[events] = this.#events.add(last, this.#since(flow, segment), fromSource);
    return true;
  }

  /** Whether a SYN of the source begins another connection. */
  isNewConnection(flow: number, segment: TcpSegment): boolean {
    const sequence = this.#numbers[flow * NUMBERS + SYN_AT + SEQUENCE];
    return (segment.flags & (SYN | ACK)) === SYN && (segment.sequence | 0) !== sequence;
  }

  /** Its ends began a newer flow: it takes no more. */
  close(flow: number, interruptions: number): void {
    this.#numbers[flow * NUMBERS + INTERRUPTIONS_AT_END] = interruptions;
  }

  about(flow: number): AboutHalfOpen {
    const number = (name: number): number => this.#numbers[flow * NUMBERS + name] ?? 0;
    const atEnd = number(INTERRUPTIONS_AT_END);
    return {
      ordinal: this.#reals[flow * REALS + ORDINAL] ?? 0,
      started: {
        seconds: this.#reals[flow * REALS + SECONDS] ?? 0,
        nanoseconds: number(NANOSECONDS),
      },
      interruptions: number(INTERRUPTIONS),
      interruptionsAtEnd: atEnd === NOT_CLOSED ? undefined : atEnd,
    };
  }

  /** Gives all segments that were taken, each made again and valid during the call. */
  replay(flow: number, take: Replay): void {
    const { seconds, nanoseconds } = this.about(flow).started;
    take(this.#segment(flow, true, { seconds, nanoseconds }), true);
    this.#events.each(this.#numbers[flow * NUMBERS + EVENTS] ?? NO_EVENT, (since, fromSource) => {
      const whole = Math.floor((nanoseconds + since) / 1e9);
      const time = { seconds: seconds + whole, nanoseconds: nanoseconds + since - whole * 1e9 };
      take(this.#segment(flow, fromSource, time), fromSource);
    });
  }

  release(flow: number): void {
    this.#events.release(this.#numbers[flow * NUMBERS + EVENTS] ?? NO_EVENT);
    this.#free.push(flow);
  }

  #since(flow: number, segment: TcpSegment): number {
    const { seconds, nanoseconds } = segment;
    return (
      (seconds - (this.#reals[flow * REALS + SECONDS] ?? 0)) * 1e9 +
      (nanoseconds - (this.#numbers[flow * NUMBERS + NANOSECONDS] ?? 0))
    );
  }

  #isSyn(flow: number, segment: TcpSegment): boolean {
    return this.#isEqual(flow, SYN_AT, segment) && this.#hasOrder(flow, SYN_ORDER, segment);
  }

  /** The first SYN-ACK, or the same again. */
  #takeAnswer(flow: number, segment: TcpSegment): boolean {
    if ((segment.flags & (SYN | ACK)) !== (SYN | ACK)) return false;
    const isFirst = this.#numbers[flow * NUMBERS + ANSWER_AT + OFFERS] === 0;
    if (!isFirst) {
      return this.#isEqual(flow, ANSWER_AT, segment) && this.#hasOrder(flow, ANSWER_ORDER, segment);
    }
    this.#write(flow, ANSWER_AT, segment);
    this.#reals[flow * REALS + ANSWER_ORDER] = segment.options.order;
    return true;
  }

  #hasOrder(flow: number, order: number, segment: TcpSegment): boolean {
    return this.#reals[flow * REALS + order] === segment.options.order;
  }

  #write(flow: number, part: number, segment: TcpSegment): void {
    const at = flow * NUMBERS + part;
    const syn = packSyn(segment.options);
    const numbers = this.#numbers;
    numbers[at + SEQUENCE] = segment.sequence | 0;
    numbers[at + ACKNOWLEDGMENT] = segment.acknowledgment | 0;
    numbers[at + FLAGS_AND_WINDOW] = (segment.flags << 16) | segment.window;
    numbers[at + SIZE_SCALE_HOPS] =
      (syn.maximumSegmentSize << 16) | (syn.windowScale << 8) | segment.hopLimit;
    numbers[at + OFFERS] = syn.offers;
  }

  #isEqual(flow: number, part: number, segment: TcpSegment): boolean {
    const at = flow * NUMBERS + part;
    const syn = packSyn(segment.options);
    const numbers = this.#numbers;
    return (
      numbers[at + SEQUENCE] === (segment.sequence | 0) &&
      numbers[at + ACKNOWLEDGMENT] === (segment.acknowledgment | 0) &&
      numbers[at + FLAGS_AND_WINDOW] === ((segment.flags << 16) | segment.window) &&
      numbers[at + SIZE_SCALE_HOPS] ===
        ((syn.maximumSegmentSize << 16) | (syn.windowScale << 8) | segment.hopLimit) &&
      numbers[at + OFFERS] === syn.offers
    );
  }

  /** The SYN, or its answer, in one object for all. What there are no numbers of, nobody looks at in a flow. */
  #segment(flow: number, isSyn: boolean, time: CaptureTime): TcpSegment {
    const at = flow * NUMBERS + (isSyn ? SYN_AT : ANSWER_AT);
    const number = (name: number): number => this.#numbers[at + name] ?? 0;
    const packed = {
      offers: number(OFFERS),
      maximumSegmentSize: number(SIZE_SCALE_HOPS) >>> 16,
      windowScale: (number(SIZE_SCALE_HOPS) >>> 8) & 0xff,
    };
    const segment = this.#replayed;
    segment.seconds = time.seconds;
    segment.nanoseconds = time.nanoseconds;
    segment.sequence = number(SEQUENCE) >>> 0;
    segment.acknowledgment = number(ACKNOWLEDGMENT) >>> 0;
    segment.flags = number(FLAGS_AND_WINDOW) >>> 16;
    segment.window = number(FLAGS_AND_WINDOW) & 0xffff;
    segment.hopLimit = number(SIZE_SCALE_HOPS) & 0xff;
    const order = this.#reals[flow * REALS + (isSyn ? SYN_ORDER : ANSWER_ORDER)] ?? 0;
    segment.options = optionsOf(packed, order);
    return segment;
  }

  #grow(): void {
    const numbers = new Int32Array(2 * this.#numbers.length);
    const reals = new Float64Array(2 * this.#reals.length);
    numbers.set(this.#numbers);
    reals.set(this.#reals);
    this.#numbers = numbers;
    this.#reals = reals;
  }
}
