import type { FlowRecord } from "../flow/flow-record.ts";

export type Unit = "count" | "bytes" | "seconds" | "seconds²";

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
