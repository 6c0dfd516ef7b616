import type { FlowRecord, SideRecord } from "../flow/flow-record.ts";
import type { Feature } from "./feature.ts";

/** A feature of one side, whichever it is. */
export interface SideFeature extends Omit<Feature, "of"> {
  readonly of: (side: SideRecord, record: FlowRecord) => number | null;
}

export const NEVER = "never; 0 where that side was silent";

export function ofClient(feature: SideFeature): Feature {
  return {
    ...feature,
    name: `client_${feature.name}`,
    of: (record) => feature.of(record.clientSide, record),
  };
}

export function ofServer(feature: SideFeature): Feature {
  return {
    ...feature,
    name: `server_${feature.name}`,
    of: (record) => feature.of(record.serverSide, record),
  };
}
