import { nanosecondsBetween, TCP_FLAGS } from "../decode/segment.ts";
import type { CaptureTime, TcpSegment } from "../decode/segment.ts";
import { DONE, EvictionLists, UNPROVEN } from "./eviction-lists.ts";
import type { EvictionReason } from "./eviction-lists.ts";
import { Flow } from "./flow.ts";
import { FlowContext } from "./flow-context.ts";
import { FlowIndex } from "./flow-index.ts";
import type { FlowTableCounts, FlowTableOptions } from "./flow-table-options.ts";
import { EndpointKey, FlowKey } from "./flow-key.ts";
import type { Endpoint } from "./flow-record.ts";
import { HalfOpenFlows } from "./half-open-flows.ts";
import { countNeighbours, HALF_OPEN_SECONDS, standing } from "./neighbours.ts";
import type { Standing } from "./neighbours.ts";
import { NO_SLOT } from "./slot-chains.ts";
import { inOrder } from "./slots-in-order.ts";

export type { EvictionReason } from "./eviction-lists.ts";
export type { FlowTableCounts, FlowTableOptions } from "./flow-table-options.ts";

/** Flows held at once unless the options say otherwise. */
export const DEFAULT_MAX_FLOWS = 1_000_000;

/**
 * The flows of a capture, bounded in number, in bytes and, where ages are set, in time. A SYN without ACK whose sequence
 * number is not the one that its side began with starts a new flow between known ends; nothing else does. Half-open flows
 * are held in a compact form until more than the beginning of a handshake comes, and they are the first to go. Time comes
 * with the segments and with `expire`; there is no clock here.
 */
export class FlowTable {
  readonly #options: FlowTableOptions;
  readonly #context: FlowContext;
  readonly #maxFlows: number;
  readonly #maxBytes: number;
  readonly #ports: ReadonlySet<number> | undefined;
  readonly #hasNeighbours: boolean;

  readonly #index: FlowIndex;
  /** Of each slot the flow, or the number of a half-open one. */
  readonly #held: (Flow | number | undefined)[] = [];
  readonly #halfOpen = new HalfOpenFlows();
  readonly #lists: EvictionLists;
  /** The ends of the segment at hand, so that looking up its flow allocates nothing. */
  readonly #ends = new FlowKey(new EndpointKey(), new EndpointKey());

  #segments = 0;
  #otherPorts = 0;
  #begun = 0;
  readonly #evicted = { full: 0, idle: 0, closed: 0, "half-open": 0 };

  constructor(options: FlowTableOptions = {}) {
    const { ports = "all", marks = false, maxFlows = DEFAULT_MAX_FLOWS } = options;
    this.#options = options;
    this.#context = new FlowContext(marks);
    this.#maxFlows = Math.max(1, maxFlows);
    this.#maxBytes = options.maxBytes ?? Infinity;
    this.#ports = ports === "all" ? undefined : ports;
    this.#hasNeighbours = options.neighbours ?? marks;
    this.#index = new FlowIndex(options.hashSeed ?? 0, (slot) => this.#isClientSource(slot));
    this.#lists = new EvictionLists(options);
  }

  get counts(): FlowTableCounts {
    return {
      segments: this.#segments,
      otherPorts: this.#otherPorts,
      flows: this.#begun,
      evicted: { ...this.#evicted },
      interruptions: this.#context.interruptions.count,
    };
  }

  /** Flows held now. */
  get size(): number {
    return this.#index.size;
  }

  /** Memory of the flows held now, about. */
  get bytes(): number {
    return this.#context.bytes + this.#halfOpen.bytes;
  }

  /** Takes a segment into its flow and returns that; undefined while it is half-open or its ports are not ours. */
  see(segment: TcpSegment): Flow | undefined {
    if (!this.#isOurs(segment)) {
      this.#otherPorts += 1;
      return undefined;
    }
    this.#segments += 1;
    if (this.#lists.isDue(segment)) this.expire(segment);
    while (this.bytes > this.#maxBytes && this.size > 0) this.#evictFirst();
    this.#ends.read(segment);
    const slot = this.#index.slotOf(this.#ends);
    return slot === NO_SLOT ? this.#begin(segment) : this.#goOn(segment, slot);
  }

  /**
   * The newest flow of a client's address and port. `server` only breaks ties: it chooses among flows of that client, and
   * where none of them went there the newest is the answer all the same.
   */
  find(client: Endpoint, server?: Endpoint): Flow | undefined {
    const slots = this.#index.ofClient(client);
    const there = server && slots.filter((slot) => this.#index.isServer(slot, server));
    const flows = (there?.length ? there : slots).map((slot) => this.#whole(slot));
    return flows.sort((one, other) => other.ordinal - one.ordinal)[0];
  }

  /** All flows held, in the order in which they began. Half-open ones lose their compact form. */
  flows(): Iterable<Flow> {
    return Array.from(this.#inOrder(), (slot) => this.#whole(slot));
  }

  /** Gives out all flows in the order in which they began, each valid during the call, and is empty afterwards. */
  drain(take: (flow: Flow) => void): void {
    for (const slot of this.#inOrder()) {
      take(this.#whole(slot));
      this.#remove(slot);
    }
  }

  /** The source missed frames, or may have: each flow that is open now stays incomplete. */
  markAllIncomplete(): void {
    this.#context.interruptions.count += 1;
  }

  /** Lets go the flows that were silent for their time. Without ages, none. */
  expire(now: CaptureTime): void {
    for (;;) {
      const old = this.#lists.firstOld(now, (slot) => this.#ageFrom(slot));
      if (old === undefined) return;
      this.#evict(old.slot, old.reason);
    }
  }

  #isOurs(segment: TcpSegment): boolean {
    const ports = this.#ports;
    return (
      ports === undefined || ports.has(segment.destinationPort) || ports.has(segment.sourcePort)
    );
  }

  #begin(segment: TcpSegment): Flow | undefined {
    if (this.#index.size >= this.#maxFlows) this.#evictFirst();
    const ordinal = this.#options.ordinal?.() ?? this.#begun;
    this.#begun += 1;
    if (HalfOpenFlows.canBegin(segment)) {
      const slot = this.#index.add(this.#ends, true);
      this.#held[slot] = this.#halfOpen.begin(segment, {
        ordinal,
        interruptions: this.#context.interruptions.count,
      });
      this.#lists.append(UNPROVEN, slot);
      return undefined;
    }
    const isFromServer = this.#isFromServer(segment);
    const slot = this.#index.add(this.#ends, !isFromServer);
    const place = { keys: this.#index.keys, slot, isFromServer };
    const flow = new Flow(ordinal, place, segment, this.#context);
    this.#held[slot] = flow;
    this.#lists.append(UNPROVEN, slot);
    this.#pass(segment, flow, slot, true);
    return flow;
  }

  #goOn(segment: TcpSegment, slot: number): Flow | undefined {
    const fromSource = !this.#index.isMirrored;
    const held = this.#held[slot];
    if (this.#isNewConnection(segment, slot, fromSource)) {
      this.#supersede(slot);
      return this.#begin(segment);
    }
    if (typeof held === "number" && this.#halfOpen.take(held, segment, fromSource))
      return undefined;
    const flow = this.#whole(slot);
    this.#pass(segment, flow, slot, fromSource);
    return flow;
  }

  #isNewConnection(segment: TcpSegment, slot: number, fromSource: boolean): boolean {
    if ((segment.flags & (TCP_FLAGS.syn | TCP_FLAGS.ack)) !== TCP_FLAGS.syn) return false;
    const held = this.#held[slot];
    if (typeof held !== "number") return held?.isNewConnection(segment, fromSource) === true;
    return fromSource && this.#halfOpen.isNewConnection(held, segment);
  }

  #pass(segment: TcpSegment, flow: Flow, slot: number, fromSource: boolean): void {
    const hasSyn = (segment.flags & TCP_FLAGS.syn) !== 0;
    const wasClientSource = hasSyn && flow.isClientSource;
    flow.see(segment, fromSource);
    if (hasSyn && flow.isClientSource !== wasClientSource) this.#index.clientChanged(slot);
    if (this.#hasNeighbours && flow.isAtMark) {
      flow.meet(countNeighbours(this.#index, slot, (other) => this.#standing(other, segment)));
    }
    this.#lists.append(flow.standing, slot);
  }

  /** The ends began a newer flow: this one gets no more segments and is not found again. */
  #supersede(slot: number): void {
    const held = this.#held[slot];
    this.#index.hide(slot);
    if (typeof held === "number") {
      this.#halfOpen.close(held, this.#context.interruptions.count);
      return;
    }
    held?.close();
    this.#lists.append(DONE, slot);
  }

  /** The flow in a slot; a half-open one is made an ordinary one of the segments that it took. */
  #whole(slot: number): Flow {
    const held = this.#held[slot];
    if (held instanceof Flow) return held;
    if (held === undefined) throw new RangeError(`no flow in slot ${slot}`);
    const { started, ordinal, interruptions, interruptionsAtEnd } = this.#halfOpen.about(held);
    const place = { keys: this.#index.keys, slot, isFromServer: false };
    const flow = new Flow(ordinal, place, started, this.#context);
    this.#halfOpen.replay(held, (segment, fromSource) => {
      flow.see(segment, fromSource);
    });
    flow.setInterruptions(interruptions, interruptionsAtEnd);
    this.#halfOpen.release(held);
    this.#held[slot] = flow;
    return flow;
  }

  #isClientSource(slot: number): boolean {
    const held = this.#held[slot];
    return held instanceof Flow ? held.isClientSource : true;
  }

  /** Whether a first segment without SYN comes from the server, as far as the ports tell. */
  #isFromServer({ sourcePort, destinationPort }: TcpSegment): boolean {
    const ports = this.#ports;
    return ports !== undefined && ports.has(sourcePort) && !ports.has(destinationPort);
  }

  #standing(slot: number, now: CaptureTime): Standing {
    const held = this.#held[slot];
    if (held instanceof Flow) return standing(held.look(), now);
    if (held === undefined) return undefined;
    const age = nanosecondsBetween(this.#halfOpen.about(held).started, now) / 1e9;
    return age <= HALF_OPEN_SECONDS ? "halfOpen" : undefined;
  }

  /** What a flow's age counts from: its last segment, or of one that is half-open the first. */
  #ageFrom(slot: number): CaptureTime | undefined {
    const held = this.#held[slot];
    return typeof held === "number" ? this.#halfOpen.about(held).started : held?.last;
  }

  #inOrder(): Float64Array {
    return inOrder(this.#held, (held) =>
      typeof held === "number" ? this.#halfOpen.about(held).ordinal : held.ordinal,
    );
  }

  #evictFirst(): void {
    const slot = this.#lists.first();
    if (slot !== NO_SLOT) this.#evict(slot, "full");
  }

  #evict(slot: number, reason: EvictionReason): void {
    const { onEvicted } = this.#options;
    this.#evicted[reason] += 1;
    if (onEvicted !== undefined) onEvicted(this.#whole(slot), reason);
    this.#remove(slot);
  }

  #remove(slot: number): void {
    const held = this.#held[slot];
    this.#lists.remove(slot);
    this.#index.remove(slot);
    this.#held[slot] = undefined;
    if (held instanceof Flow) held.release();
    else if (held !== undefined) this.#halfOpen.release(held);
  }
}
