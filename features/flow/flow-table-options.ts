import type { EvictionReason, FlowAges } from "./eviction-lists.ts";
import type { Flow } from "./flow.ts";

export interface FlowTableOptions extends FlowAges {
  readonly maxFlows?: number;
  /** Memory that flows may take, about; the segment at hand may go beyond. Without bound where this is absent. */
  readonly maxBytes?: number;
  /** Segments with neither port among these are passed over; none are by default. */
  readonly ports?: ReadonlySet<number> | "all";
  /** Whether flows keep their record at the last new payload of the client, for Flow.mark. */
  readonly marks?: boolean;
  /** Whether records tell of the client's other flows at its last new payload; with marks unless said otherwise. */
  readonly neighbours?: boolean;
  /** Gives each flow a number, each higher than the one before; by default they are counted. */
  readonly ordinal?: () => number;
  /** Goes into the hashes: live, one that no sender knows, so that nobody can fill one chain on purpose. */
  readonly hashSeed?: number;
  /** Hears of each flow that leaves the table; the flow is valid during the call. */
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
