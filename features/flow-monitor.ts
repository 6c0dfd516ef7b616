import type { Endpoint, FlowRecord } from "./flow/flow-record.ts";

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
