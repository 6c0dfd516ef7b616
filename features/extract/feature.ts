import type { FlowRecord } from "../flow/flow-record.ts";

export type Unit =
  | "count"
  | "bytes"
  | "bytes²"
  | "bytes per second"
  | "seconds"
  | "seconds²"
  | "ratio"
  | "share"
  | "hops"
  | "bits"
  | "yes or no"
  | "code";

/** One feature, and all that is to be known of it. */
export interface Feature {
  readonly name: string;
  readonly unit: Unit;
  readonly meaning: string;
  /** When the feature is absent, null in JSON: absent is not zero. */
  readonly absent: string;
  /** Where it was reported of mail before us, or that it was not. */
  readonly source: string;
  readonly of: (record: FlowRecord) => number | null;
}
