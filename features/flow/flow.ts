import { TCP_FLAGS } from "../decode/segment.ts";
import type { CaptureTime, TcpSegment } from "../decode/segment.ts";
import { DONE, OPEN, UNPROVEN } from "./eviction-lists.ts";
import { CELL_BYTES, NONE, PAIR_COUNT } from "./flow-cells.ts";
import type { FlowContext, FlowLook } from "./flow-context.ts";
import type { EndpointKey } from "./flow-key.ts";
import type { FlowKeys } from "./flow-keys.ts";
import type { Endpoint, FlowRecord } from "./flow-record.ts";
import { recordOf } from "./flow-state.ts";
import { HalfFlow } from "./half-flow.ts";
import { setNeighbours } from "./neighbours.ts";
import type { Neighbours } from "./neighbours.ts";
import { beginPair, STATE } from "./pair-cells.ts";
import { beginSide } from "./side-cells.ts";
import { fullPayload } from "./syn-options.ts";
import { countTurn } from "./turns.ts";

const { syn: SYN, rst: RST, ack: ACK } = TCP_FLAGS;

/**
 * How the client is known: as the sender of the first SYN without ACK, else as the target of the first SYN-ACK, else, where
 * no SYN was captured, as the end that is not at a mail server's port, or as the sender of the first segment.
 */
export type ClientRole = "syn" | "syn-ack" | "first-packet";

/** Bytes of a flow on a 64-bit machine besides its numbers: its object, and its share of the indexes of its table. */
const OBJECT_BYTES = 200;

/** Where the ends of a flow are kept, and whether its first segment seems to be the server's. */
export interface FlowPlace {
  readonly keys: FlowKeys;
  readonly slot: number;
  readonly isFromServer: boolean;
}

/**
 * One TCP connection as the capture shows it: both sides, who is the client, and what is known of the whole. Its numbers lie
 * in the cells of its table, until it is released.
 */
export class Flow {
  /** Flows that its table had begun before this one. */
  readonly ordinal: number;
  readonly #keys: FlowKeys;
  readonly #slot: number;
  readonly #context: FlowContext;
  readonly #room: number;
  /** Room for the numbers as they stood at the mark. */
  #markRoom = NONE;
  #extraBytes = 0;

  constructor(ordinal: number, place: FlowPlace, first: CaptureTime, context: FlowContext) {
    this.ordinal = ordinal;
    this.#keys = place.keys;
    this.#slot = place.slot;
    this.#context = context;
    this.#room = context.cells.take();
    const page = context.cells.page(this.#room);
    const index = context.cells.indexOf(this.#room);
    beginSide(page, index, 0);
    beginSide(page, index, 1);
    beginPair(page, index);
    const { pair } = this.look();
    pair.set(STATE.clientIsDestination, place.isFromServer);
    pair.setCount(PAIR_COUNT.interruptionsBefore, context.interruptions.count);
    pair.start(first);
    context.bytes += CELL_BYTES + OBJECT_BYTES;
  }

  get role(): ClientRole {
    const { pair } = this.look();
    if (pair.is(STATE.knownBySyn)) return "syn";
    return pair.is(STATE.knownByAnswer) ? "syn-ack" : "first-packet";
  }

  /** A look at the client's side that stays turned to this flow. */
  get clientHalf(): HalfFlow {
    return this.#ownHalf(this.isClientSource);
  }

  get serverHalf(): HalfFlow {
    return this.#ownHalf(!this.isClientSource);
  }

  get isClientSource(): boolean {
    return !this.look().pair.is(STATE.clientIsDestination);
  }

  /** Time of the last segment. */
  get last(): CaptureTime {
    return this.look().pair.last;
  }

  /** Whether both FINs were acknowledged, or the last word was a RST. */
  get isClosed(): boolean {
    return this.look().pair.is(STATE.closed);
  }

  /** Whether the client sent the last segment. */
  get isClientLast(): boolean {
    const { pair } = this.look();
    return pair.is(STATE.lastIsFromDestination) === pair.is(STATE.clientIsDestination);
  }

  /** Whether the last segment brought new payload of the client, so that the cut of a decision would be here. */
  get isAtMark(): boolean {
    return this.look().pair.is(STATE.atMark);
  }

  /** The list of its table that it belongs to: see EvictionLists. */
  get standing(): number {
    const { source, destination, pair } = this.look();
    const hasData = source.dataPackets + destination.dataPackets > 0;
    if (source.packets === 0 || destination.packets === 0) return UNPROVEN;
    if (pair.roundTrip === null && !hasData) return UNPROVEN;
    return pair.is(STATE.closed) ? DONE : OPEN;
  }

  get client(): Endpoint {
    return this.#end(this.isClientSource).endpoint();
  }

  get server(): Endpoint {
    return this.#end(!this.isClientSource).endpoint();
  }

  /** Whether a segment on its way from the source, or the other way, begins another connection. */
  isNewConnection(segment: TcpSegment, fromSource: boolean): boolean {
    const { source, destination } = this.look();
    return (fromSource ? source : destination).isNewConnection(segment);
  }

  /** Takes a segment; `fromSource` says that it went the way of the flow's first one. */
  see(segment: TcpSegment, fromSource: boolean): void {
    const { source, destination, pair } = this.look();
    const sender = fromSource ? source : destination;
    const receiver = fromSource ? destination : source;
    if (this.#context.marks && pair.is(STATE.atMark)) this.#writeMark();
    const { flags } = segment;
    if ((flags & SYN) !== 0) this.#settleRole(segment, fromSource);
    pair.set(STATE.lastIsFromDestination, !fromSource);
    const at = pair.arrive(segment.seconds, segment.nanoseconds);
    if ((flags & ACK) !== 0) receiver.acknowledge(segment.acknowledgment, at);
    sender.see(segment, at, receiver);
    const isClient = fromSource !== pair.is(STATE.clientIsDestination);
    pair.see(segment, at, isClient);
    if ((flags & SYN) !== 0) this.#agree();
    if (segment.payloadLength > 0 && (flags & RST) === 0) {
      sender.countData(segment, pair.count(PAIR_COUNT.fullPayload));
    }
    if (sender.broughtNewPayload) countTurn(pair, sender, at, isClient);
    this.#noteEnd(segment, sender.broughtNewPayload);
    pair.set(STATE.atMark, isClient && sender.broughtNewPayload);
    this.#countBytes();
  }

  /** Its ends began a newer flow: what is missed from now on is none of this one. */
  close(): void {
    const { pair } = this.look();
    if (pair.is(STATE.closed)) return;
    pair.set(STATE.closed, true);
    pair.setCount(PAIR_COUNT.interruptionsAtEnd, this.#context.interruptions.count);
  }

  /** Of a flow that was half-open: how many interruptions there had been when it began, and when it ended if it did. */
  setInterruptions(before: number, atEnd: number | undefined): void {
    const { pair } = this.look();
    pair.setCount(PAIR_COUNT.interruptionsBefore, before);
    if (atEnd === undefined) return;
    pair.set(STATE.closed, true);
    pair.setCount(PAIR_COUNT.interruptionsAtEnd, atEnd);
  }

  /** What the client's other flows do at this moment. */
  meet(neighbours: Neighbours): void {
    setNeighbours(this.look().pair, neighbours);
  }

  /** The flow as it stands. */
  record(): FlowRecord {
    const complete = this.#isComplete();
    return recordOf(this.look(), this.#keys.at(this.#slot), complete);
  }

  /**
   * The flow as it stood right after the last client segment with new payload: the cut of a decision. Undefined before
   * there was one, and where the table keeps no marks.
   */
  mark(): FlowRecord | undefined {
    if (!this.#context.marks) return undefined;
    if (this.isAtMark) return this.record();
    if (this.#markRoom === NONE) return undefined;
    const complete = !this.#isInterrupted() && this.look(this.#markRoom).pair.is(STATE.complete);
    return recordOf(this.look(this.#markRoom), this.#keys.at(this.#slot), complete);
  }

  /** The numbers in the flow's room, or in that of its mark: the looks that all flows of the table share. */
  look(room = this.#room): FlowLook {
    return this.#context.look(room);
  }

  /** Gives its room back. Nothing may be asked of it afterwards. */
  release(): void {
    const context = this.#context;
    for (const room of [this.#room, this.#markRoom]) {
      if (room === NONE) continue;
      context.cells.release(room);
      context.bytes -= CELL_BYTES;
    }
    context.bytes -= OBJECT_BYTES + this.#extraBytes;
  }

  #ownHalf(isSource: boolean): HalfFlow {
    const { cells } = this.#context;
    return new HalfFlow(cells.page(this.#room), cells.indexOf(this.#room), isSource ? 0 : 1);
  }

  #end(isSource: boolean): EndpointKey {
    const key = this.#keys.at(this.#slot);
    return isSource ? key.source : key.destination;
  }

  #isComplete(): boolean {
    const { source, destination, pair } = this.look();
    return (
      pair.is(STATE.knownBySyn) &&
      pair.isAnswered &&
      source.isWhole &&
      destination.isWhole &&
      !this.#isInterrupted()
    );
  }

  #isInterrupted(): boolean {
    const { pair } = this.look();
    const until = pair.is(STATE.closed)
      ? pair.count(PAIR_COUNT.interruptionsAtEnd)
      : this.#context.interruptions.count;
    return until !== pair.count(PAIR_COUNT.interruptionsBefore);
  }

  /** Copies the numbers before they change, which is seldom needed: most flows go on with a segment of the server. */
  #writeMark(): void {
    const context = this.#context;
    this.look().pair.set(STATE.complete, this.#isComplete());
    if (this.#markRoom === NONE) {
      this.#markRoom = context.cells.take();
      context.bytes += CELL_BYTES;
    }
    context.cells.copy(this.#room, this.#markRoom);
  }

  // What follows are steps of `see`, which has turned the looks of the context to this flow.

  #settleRole(segment: TcpSegment, fromSource: boolean): void {
    const { source, destination, pair } = this.#context;
    if (pair.is(STATE.knownBySyn) || pair.is(STATE.knownByAnswer)) return;
    const isReply = (segment.flags & ACK) !== 0;
    const isClientSource = isReply ? !fromSource : fromSource;
    pair.set(isReply ? STATE.knownByAnswer : STATE.knownBySyn, true);
    pair.set(STATE.clientIsDestination, !isClientSource);
    (isClientSource ? source : destination).stopRoundTrips();
  }

  #agree(): void {
    const { source, destination, pair } = this.#context;
    const family = this.#keys.isIpv4(this.#slot) ? 4 : 6;
    pair.setCount(PAIR_COUNT.fullPayload, fullPayload(source.offers, destination.offers, family));
  }

  /** After a RST that was not meant or not heeded the connection goes on: new payload opens it again. */
  #noteEnd(segment: TcpSegment, broughtNewPayload: boolean): void {
    const { source, destination, pair } = this.#context;
    const isReset = (segment.flags & RST) !== 0;
    if (isReset || (source.isFinAcknowledged && destination.isFinAcknowledged)) this.close();
    else if (broughtNewPayload) pair.set(STATE.closed, false);
  }

  #countBytes(): void {
    const { source, destination } = this.#context;
    const extraBytes = source.extraBytes + destination.extraBytes;
    this.#context.bytes += extraBytes - this.#extraBytes;
    this.#extraBytes = extraBytes;
  }
}
