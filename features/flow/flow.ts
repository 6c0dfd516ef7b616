import { TCP_FLAGS, epochSeconds, nanosecondsBetween } from "../decode/segment.ts";
import type { CaptureTime, TcpSegment } from "../decode/segment.ts";
import type { EndpointKey, FlowKey } from "./flow-key.ts";
import type { Endpoint, FlowRecord } from "./flow-record.ts";
import { HalfFlow } from "./half-flow.ts";
import { Handshake } from "./handshake.ts";

const { syn: SYN, rst: RST, ack: ACK } = TCP_FLAGS;

/**
 * How the client is known: as the sender of the first SYN without ACK, else as the target of the first SYN-ACK, else,
 * where no SYN was captured, as the sender of the first segment.
 */
export type ClientRole = "syn" | "syn-ack" | "first-packet";

/** Counts the times at which frames may have been missed; all flows of a table share one. */
export interface Interruptions {
  count: number;
}

export interface FlowOptions {
  /** Whether to keep the record as it stood with the last new payload of the client. */
  readonly marks: boolean;
  readonly interruptions: Interruptions;
}

/** One TCP connection as the capture shows it: both sides, who is the client, and what is known of the whole. */
export class Flow {
  /** Flows that its table had begun before this one. */
  readonly ordinal: number;
  readonly key: FlowKey;
  role: ClientRole = "first-packet";

  readonly #started: CaptureTime;
  #lastSeconds: number;
  #lastNanoseconds: number;
  readonly #source = new HalfFlow();
  readonly #destination = new HalfFlow();
  #clientIsSource = true;
  #lastIsFromSource = true;
  readonly #handshake = new Handshake();

  readonly #interruptions: Interruptions;
  readonly #interruptionsBefore: number;
  /** How many interruptions there had been when the connection ended; undefined while it is open. */
  #interruptionsAtEnd: number | undefined;

  readonly #keepsMarks: boolean;
  /** Whether the present state is the marked one, so that it need not have been written down yet. */
  #isAtMark = false;
  #marked: FlowRecord | undefined;
  #endpoints: { readonly client: Endpoint; readonly server: Endpoint } | undefined;

  constructor(ordinal: number, key: FlowKey, first: CaptureTime, options: FlowOptions) {
    this.ordinal = ordinal;
    this.key = key;
    this.#started = { seconds: first.seconds, nanoseconds: first.nanoseconds };
    this.#lastSeconds = first.seconds;
    this.#lastNanoseconds = first.nanoseconds;
    this.#keepsMarks = options.marks;
    this.#interruptions = options.interruptions;
    this.#interruptionsBefore = options.interruptions.count;
  }

  get clientHalf(): HalfFlow {
    return this.#clientIsSource ? this.#source : this.#destination;
  }

  get serverHalf(): HalfFlow {
    return this.#clientIsSource ? this.#destination : this.#source;
  }

  /** Time of the last segment. */
  get last(): CaptureTime {
    return { seconds: this.#lastSeconds, nanoseconds: this.#lastNanoseconds };
  }

  /** Whether both FINs were acknowledged, or the last word was a RST. */
  get isClosed(): boolean {
    return this.#interruptionsAtEnd !== undefined;
  }

  /** Whether the client sent the last segment. */
  get isClientLast(): boolean {
    return this.#lastIsFromSource === this.#clientIsSource;
  }

  get clientKey(): EndpointKey {
    return this.#clientIsSource ? this.key.source : this.key.destination;
  }

  get serverKey(): EndpointKey {
    return this.#clientIsSource ? this.key.destination : this.key.source;
  }

  get client(): Endpoint {
    return this.#ends().client;
  }

  get server(): Endpoint {
    return this.#ends().server;
  }

  /** The side that sent the segment, by the direction in which it went. */
  half(fromSource: boolean): HalfFlow {
    return fromSource ? this.#source : this.#destination;
  }

  /** Takes a segment; `fromSource` says that it went the way of the flow's first one. */
  see(segment: TcpSegment, fromSource: boolean): void {
    if (this.#isAtMark) this.#writeMark();
    if (this.role === "first-packet" && (segment.flags & SYN) !== 0) {
      this.#settleRole(segment, fromSource);
    }
    this.#lastIsFromSource = fromSource;
    this.#lastSeconds = segment.seconds;
    this.#lastNanoseconds = segment.nanoseconds;
    const at = nanosecondsBetween(this.#started, segment);
    const sender = this.half(fromSource);
    const receiver = this.half(!fromSource);
    if ((segment.flags & ACK) !== 0) receiver.acknowledge(segment.acknowledgment, at);
    sender.see(segment, at, receiver);
    const isClient = this.isClientLast;
    if (this.#handshake.roundTrip === null) this.#handshake.see(segment, at, isClient);
    this.#noteEnd(segment, sender);
    this.#isAtMark = this.#keepsMarks && isClient && sender.stream.broughtNewPayload;
  }

  /** Its ends began a newer flow: what is missed from now on is none of this one. */
  close(): void {
    this.#interruptionsAtEnd ??= this.#interruptions.count;
  }

  /** The flow as it stands. */
  record(): FlowRecord {
    const { client, server } = this.#ends();
    return {
      client,
      server,
      started: epochSeconds(this.#started),
      ended: epochSeconds(this.last),
      complete: this.#isComplete(),
      handshakeRttNanoseconds: this.#handshake.roundTrip,
      rtt: this.serverHalf.stream.roundTripMoments(),
      clientSide: this.clientHalf.record(this.serverHalf),
      serverSide: this.serverHalf.record(this.clientHalf),
    };
  }

  /**
   * The flow as it stood right after the last client segment with new payload: the cut of a decision. Undefined before
   * there was one, and where the table keeps no marks.
   */
  mark(): FlowRecord | undefined {
    if (this.#isAtMark) this.#writeMark();
    const marked = this.#marked;
    if (marked?.complete !== true || !this.#isInterrupted()) return marked;
    return { ...marked, complete: false };
  }

  #isComplete(): boolean {
    return (
      this.role === "syn" &&
      this.#handshake.isAnswered &&
      this.clientHalf.isCaptured &&
      this.serverHalf.isCaptured &&
      !this.#isInterrupted()
    );
  }

  #isInterrupted(): boolean {
    return (this.#interruptionsAtEnd ?? this.#interruptions.count) !== this.#interruptionsBefore;
  }

  #writeMark(): void {
    this.#marked = this.record();
    this.#isAtMark = false;
  }

  #settleRole(segment: TcpSegment, fromSource: boolean): void {
    const isReply = (segment.flags & ACK) !== 0;
    this.role = isReply ? "syn-ack" : "syn";
    this.#clientIsSource = isReply ? !fromSource : fromSource;
    this.#endpoints = undefined;
    this.clientHalf.stream.stopRoundTrips();
  }

  /** After a RST that was not meant or not heeded the connection goes on: new payload opens it again. */
  #noteEnd(segment: TcpSegment, sender: HalfFlow): void {
    const isReset = (segment.flags & RST) !== 0;
    if (isReset || (this.#source.isFinAcknowledged && this.#destination.isFinAcknowledged)) {
      this.close();
    } else if (sender.stream.broughtNewPayload) {
      this.#interruptionsAtEnd = undefined;
    }
  }

  #ends(): { readonly client: Endpoint; readonly server: Endpoint } {
    this.#endpoints ??= { client: this.clientKey.endpoint(), server: this.serverKey.endpoint() };
    return this.#endpoints;
  }
}
