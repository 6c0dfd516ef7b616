import { nanosecondsBetween } from "../decode/segment.ts";
import type { CaptureTime, TcpSegment } from "../decode/segment.ts";
import { Flow } from "./flow.ts";
import type { FlowOptions } from "./flow.ts";
import { FlowIndex } from "./flow-index.ts";
import { EndpointKey, FlowKey } from "./flow-key.ts";
import type { Endpoint } from "./flow-record.ts";
import { NO_SLOT } from "./slot-chains.ts";
import { SlotLists } from "./slot-lists.ts";

/** Flows held at once unless the options say otherwise. */
export const DEFAULT_MAX_FLOWS = 1_000_000;

const NANOSECONDS_PER_SECOND = 1e9;

/** The two lists of flows, each by how long they have been silent. */
const OPEN = 0;
const DONE = 1;
const LISTS = 2;

/** `full`: silent longest when the table was at its bound; `idle` and `closed`: silent for the time set for such. */
export type EvictionReason = "full" | "idle" | "closed";

export interface FlowTableOptions {
  readonly maxFlows?: number;
  /** Segments with neither port among these are passed over; none are by default. */
  readonly ports?: ReadonlySet<number> | "all";
  /** Silence after which an open flow goes; none goes by age where this is absent. */
  readonly idleSeconds?: number;
  /** Silence after which a flow goes that was closed, or whose ends began a newer one. */
  readonly lingerSeconds?: number;
  /** Whether flows keep their record at the last new payload of the client, for Flow.mark. */
  readonly marks?: boolean;
  /** Goes into the hashes: live, one that no sender knows, so that nobody can fill one chain on purpose. */
  readonly hashSeed?: number;
  /** Hears of each flow that leaves the table. */
  readonly onEvicted?: (flow: Flow, reason: EvictionReason) => void;
}

/** What a table counted since it was made. */
export interface FlowTableCounts {
  /** Segments taken into flows. */
  readonly segments: number;
  /** Segments passed over because of their ports. */
  readonly otherPorts: number;
  /** Flows begun. */
  readonly flows: number;
  readonly evicted: Readonly<Record<EvictionReason, number>>;
  readonly interruptions: number;
}

/**
 * The flows of a capture, bounded in number and, where ages are set, in time. A SYN without ACK whose sequence number is
 * not the one that its side began with starts a new flow between known ends; nothing else does. Time comes with the
 * segments and with `expire`; there is no clock here.
 */
export class FlowTable {
  readonly #options: FlowTableOptions;
  readonly #flowOptions: FlowOptions;
  readonly #maxFlows: number;
  readonly #ports: ReadonlySet<number> | undefined;
  readonly #expires: boolean;

  readonly #index: FlowIndex;
  readonly #bySilence = new SlotLists(LISTS);
  /** The ends of the segment at hand, so that looking up its flow allocates nothing. */
  readonly #ends = new FlowKey(new EndpointKey(), new EndpointKey());

  #segments = 0;
  #otherPorts = 0;
  #begun = 0;
  readonly #evicted = { full: 0, idle: 0, closed: 0 };

  constructor(options: FlowTableOptions = {}) {
    const { ports = "all", marks = false, maxFlows = DEFAULT_MAX_FLOWS } = options;
    this.#options = options;
    this.#flowOptions = { marks, interruptions: { count: 0 } };
    this.#maxFlows = Math.max(1, maxFlows);
    this.#ports = ports === "all" ? undefined : ports;
    this.#expires = options.idleSeconds !== undefined || options.lingerSeconds !== undefined;
    this.#index = new FlowIndex(options.hashSeed ?? 0);
  }

  get counts(): FlowTableCounts {
    return {
      segments: this.#segments,
      otherPorts: this.#otherPorts,
      flows: this.#begun,
      evicted: { ...this.#evicted },
      interruptions: this.#flowOptions.interruptions.count,
    };
  }

  /** Flows held now. */
  get size(): number {
    return this.#index.size;
  }

  /** Takes a segment into its flow and returns that; undefined where its ports are not ours. */
  see(segment: TcpSegment): Flow | undefined {
    if (!this.#isOurs(segment)) {
      this.#otherPorts += 1;
      return undefined;
    }
    this.#segments += 1;
    if (this.#expires) this.expire(segment);
    this.#ends.read(segment);
    const slot = this.#index.slotOf(this.#ends);
    const known = slot === NO_SLOT ? undefined : this.#index.at(slot);
    if (known === undefined) return this.#begin(segment);
    const fromSource = known.key.source.equals(this.#ends.source);
    if (known.half(fromSource).isNewConnection(segment)) {
      this.#supersede(slot);
      return this.#begin(segment);
    }
    this.#pass(segment, known, slot, fromSource);
    return known;
  }

  /** The newest flow of a client; see FlowIndex.newestOf. */
  find(client: Endpoint, server?: Endpoint): Flow | undefined {
    return this.#index.newestOf(client, server);
  }

  /** All flows held, in the order in which they began. */
  flows(): Iterable<Flow> {
    return this.#index.all().sort((one, other) => one.ordinal - other.ordinal);
  }

  /** The source missed frames, or may have: each flow that is open now stays incomplete. */
  markAllIncomplete(): void {
    this.#flowOptions.interruptions.count += 1;
  }

  /** Lets go the flows that were silent for their time. Without ages, none. */
  expire(now: CaptureTime): void {
    const { idleSeconds = Infinity, lingerSeconds = Infinity } = this.#options;
    this.#expireList(OPEN, now, idleSeconds);
    this.#expireList(DONE, now, lingerSeconds);
  }

  #isOurs(segment: TcpSegment): boolean {
    const ports = this.#ports;
    return (
      ports === undefined || ports.has(segment.destinationPort) || ports.has(segment.sourcePort)
    );
  }

  #begin(segment: TcpSegment): Flow {
    if (this.#index.size >= this.#maxFlows) this.#evictSilent();
    const flow = new Flow(this.#begun, this.#ends.copy(), segment, this.#flowOptions);
    this.#begun += 1;
    const slot = this.#index.add(flow);
    this.#pass(segment, flow, slot, true);
    return flow;
  }

  #pass(segment: TcpSegment, flow: Flow, slot: number, fromSource: boolean): void {
    const client = flow.clientKey;
    flow.see(segment, fromSource);
    if (flow.clientKey !== client) this.#index.clientChanged(slot);
    this.#bySilence.remove(slot);
    this.#bySilence.append(flow.isClosed ? DONE : OPEN, slot);
  }

  /** The ends began a newer flow: this one gets no more segments and is not found again. */
  #supersede(slot: number): void {
    this.#index.at(slot)?.close();
    this.#index.hide(slot);
    this.#bySilence.remove(slot);
    this.#bySilence.append(DONE, slot);
  }

  #evictSilent(): void {
    const open = this.#bySilence.first(OPEN);
    const done = this.#bySilence.first(DONE);
    const openFlow = this.#index.at(open);
    const doneFlow = this.#index.at(done);
    if (openFlow === undefined) this.#evict(done, "full");
    else if (doneFlow === undefined) this.#evict(open, "full");
    else this.#evict(nanosecondsBetween(doneFlow.last, openFlow.last) >= 0 ? done : open, "full");
  }

  #expireList(list: number, now: CaptureTime, seconds: number): void {
    for (;;) {
      const slot = this.#bySilence.first(list);
      const flow = this.#index.at(slot);
      if (flow === undefined) return;
      if (nanosecondsBetween(flow.last, now) < seconds * NANOSECONDS_PER_SECOND) return;
      this.#evict(slot, list === OPEN ? "idle" : "closed");
    }
  }

  #evict(slot: number, reason: EvictionReason): void {
    const flow = this.#index.at(slot);
    if (slot === NO_SLOT || flow === undefined) return;
    this.#bySilence.remove(slot);
    this.#index.remove(slot);
    this.#evicted[reason] += 1;
    this.#options.onEvicted?.(flow, reason);
  }
}
