import { randomBytes } from "node:crypto";

import type { SourceKeeper } from "./capture/open-sources.ts";
import {
  BARRIER_BOUND_MILLISECONDS,
  type BarrierOutcome,
  type PacketSource,
  type SourceEvent,
} from "./capture/packet-source.ts";
import type { Endpoint, FlowRecord } from "./flow/flow-record.ts";
import type { Flow } from "./flow/flow.ts";
import { SourceFlows, type SourceFlowsCounts } from "./source-flows.ts";

/** What the capture knows of a client at the moment of a decision. */
export type Observation =
  /** The flow as it stood with the last client segment that brought new payload. */
  | { readonly kind: "flow"; readonly record: FlowRecord }
  | { readonly kind: "no-flow" }
  /** The flow is known but segments of it may be missing, or the barrier was late. */
  | { readonly kind: "partial"; readonly record: FlowRecord | undefined };

/** Answers what is known of a client's flow; `serve` asks it, and a remote sensor can answer it too. */
export interface FlowObserver {
  /** `server` breaks ties where one client endpoint has several flows. Never rejects. */
  observe(client: Endpoint, server?: Endpoint): Promise<Observation>;
}

/** Flows that are held of each source at once. */
export const LIVE_MAX_FLOWS = 100_000;
/** Silence after which an open flow is forgotten: above every timeout of RFC 5321 §4.5.3.2. */
export const LIVE_IDLE_SECONDS = 3_600;
/** How long a closed flow stays for look-ups: the mail server may decide after the client has gone. */
export const LIVE_LINGER_SECONDS = 60;

const EXPIRY_INTERVAL_MILLISECONDS = 1_000;

export interface FlowMonitorOptions {
  /** The server's TCP ports; segments of others are passed over. */
  readonly ports: ReadonlySet<number>;
  readonly maxFlows?: number;
  readonly idleSeconds?: number;
  readonly lingerSeconds?: number;
  /** Hears what a source tells of itself. */
  readonly heard?: (source: PacketSource, event: SourceEvent) => void;
}

/** What a monitor counted since it was made. */
export interface FlowMonitorCounts {
  /** Answers given, by their kind. */
  readonly observations: Readonly<Record<Observation["kind"], number>>;
  /** Observations whose barrier ran into its bound. */
  readonly lateBarriers: number;
  readonly sources: readonly SourceFlowsCounts[];
}

/** Follows the flows of live sources, and answers what is known of a client once all that had arrived has been seen. */
export class FlowMonitor implements FlowObserver, SourceKeeper {
  readonly #options: FlowMonitorOptions;
  /** Unknown to every sender, so that nobody can choose addresses whose flows fall onto one chain of the table. */
  readonly #hashSeed = randomBytes(4).readUInt32LE();
  readonly #observations = { flow: 0, "no-flow": 0, partial: 0 };
  readonly #expiry: NodeJS.Timeout;
  #watched: readonly SourceFlows[] = [];
  #lateBarriers = 0;

  constructor(options: FlowMonitorOptions) {
    this.#options = options;
    this.#expiry = setInterval(() => {
      for (const flows of this.#watched) flows.expire(performance.now());
    }, EXPIRY_INTERVAL_MILLISECONDS).unref();
  }

  /** Opens `source` and follows its flows from now on; rejects with CaptureError. */
  async watch(source: PacketSource): Promise<void> {
    const { ports, heard = () => undefined } = this.#options;
    const flows = new SourceFlows(source, {
      ports,
      maxFlows: this.#options.maxFlows ?? LIVE_MAX_FLOWS,
      idleSeconds: this.#options.idleSeconds ?? LIVE_IDLE_SECONDS,
      lingerSeconds: this.#options.lingerSeconds ?? LIVE_LINGER_SECONDS,
      marks: true,
      hashSeed: this.#hashSeed,
    });
    await flows.open((event) => {
      heard(source, event);
    });
    this.#watched = [...this.#watched, flows];
  }

  /** Closes `source` and forgets its flows. */
  async forget(source: PacketSource): Promise<void> {
    this.#watched = this.#watched.filter((flows) => flows.source !== source);
    await source.close();
  }

  async observe(client: Endpoint, server?: Endpoint): Promise<Observation> {
    const outcome = await this.#barrier();
    if (outcome === "late") this.#lateBarriers += 1;
    const flow = this.#find(plainEndpoint(client), server && plainEndpoint(server));
    const observation = observed(flow, outcome);
    this.#observations[observation.kind] += 1;
    return observation;
  }

  get counts(): FlowMonitorCounts {
    return {
      observations: { ...this.#observations },
      lateBarriers: this.#lateBarriers,
      sources: this.#watched.map((flows) => flows.counts),
    };
  }

  async close(): Promise<void> {
    clearInterval(this.#expiry);
    await Promise.all(this.#watched.map(({ source }) => this.forget(source)));
  }

  /** The barriers of all sources at once; a source that breaks its word does not hold up the mail either. */
  async #barrier(): Promise<BarrierOutcome> {
    let timer: NodeJS.Timeout | undefined;
    const bound = new Promise<readonly BarrierOutcome[]>((resolve) => {
      timer = setTimeout(resolve, BARRIER_BOUND_MILLISECONDS, ["late"]);
    });
    const barriers = this.#watched.map(async ({ source }) => source.barrier());
    const outcomes = await Promise.race([Promise.all(barriers), bound]).catch(() => ["late"]);
    clearTimeout(timer);
    return outcomes.includes("late") ? "late" : "complete";
  }

  /** Where several sources show the flow, the one that saw it last. */
  #find(client: Endpoint, server: Endpoint | undefined): Flow | undefined {
    const flows = this.#watched.flatMap(({ table }) => table.find(client, server) ?? []);
    return flows.toSorted(
      ({ last: one }, { last: other }) =>
        other.seconds - one.seconds || other.nanoseconds - one.nanoseconds,
    )[0];
  }
}

/**
 * What may be said of a flow after a barrier. Its present state counts as well as the marked one: an acknowledgment of
 * what was not captured comes after the mark.
 */
function observed(flow: Flow | undefined, outcome: BarrierOutcome): Observation {
  const record = flow?.mark();
  if (flow === undefined) {
    return outcome === "late" ? { kind: "partial", record: undefined } : { kind: "no-flow" };
  }
  if (record?.complete !== true || outcome === "late" || !flow.record().complete) {
    return { kind: "partial", record };
  }
  return { kind: "flow", record };
}

/** Addresses may come as mail servers write them, with RFC 5321's tag before an IPv6 address (§4.1.3). */
function plainEndpoint({ address, port }: Endpoint): Endpoint {
  return { address: address.replace(/^IPv6:/i, ""), port };
}
