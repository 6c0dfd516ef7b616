/** One end of a flow, printed canonically: IPv6 compressed (RFC 5952), v4-mapped addresses as IPv4. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Count, mean and sum of squared deviations of samples in nanoseconds (Welford's recurrence). */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly m2: number;
}

/** What was seen of one side of a flow up to the cut; counts are of segments unless named otherwise. */
export interface SideRecord {
  readonly packets: number;
  readonly retransmissions: number;
  readonly outOfOrder: number;
  readonly resets: number;
  readonly fins: number;
  readonly syns: number;
  readonly zeroWindows: number;
  readonly zeroWindowProbes: number;
  readonly payloadBytes: number;
  /** Payload bytes without those seen before. */
  readonly uniqueBytes: number;
  /** Smallest unscaled window of segments with ACK, without SYN and RST; null before the first. */
  readonly minWindowUnscaled: number | null;
  /** Shift of this side's windows: null where it cannot be known (a SYN or its options not captured). */
  readonly windowShift: number | null;
  /** Gaps between successive segments of this side; negative ones (stamps that ran backwards) count as 0. */
  readonly gaps: Moments;
  readonly maxGapNanoseconds: number | null;
  readonly maximumSegmentSize: number | null;
  readonly sackPermitted: boolean | null;
  readonly timestamps: boolean | null;
  /** TTL or hop limit of this side's first segment. */
  readonly hopLimit: number | null;
}

/**
 * The raw state of a flow at a cut, as plain JSON: what an example keeps, so that features can be computed
 * anew from old examples. Times are epoch seconds, as in `extract`'s output.
 */
export interface FlowRecord {
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly started: number;
  /** Time of the last segment that counts. */
  readonly ended: number;
  /** True when SYN and SYN-ACK were captured, nothing acknowledged is missing, and the source dropped nothing. */
  readonly complete: boolean;
  readonly handshakeRttNanoseconds: number | null;
  /** RTT samples from server segment to client ACK, by Karn's rule. */
  readonly rtt: Moments;
  readonly clientSide: SideRecord;
  readonly serverSide: SideRecord;
}

/** How the end of a message was found (see message-cut.ts). */
export type CutRule = "end-of-data" | "decision" | "flow-end";
