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

  // Examples of before these were kept do not have them.

  /** Segments with payload, and those of them with PSH. */
  readonly dataPackets?: number | undefined;
  readonly pushes?: number | undefined;
  readonly firstDataBytes?: number | null | undefined;
  /** The payload cut into full segments and rests, whatever a network card merged; see FlowRecord.fullPayloadBytes. */
  readonly pieces?: Pieces | undefined;
  readonly maxWindowUnscaled?: number | null | undefined;
  readonly duplicateAcknowledgments?: number | undefined;
  /** Of the SYN: its window, its shift as sent, and the order of its options (TcpOptions.order). */
  readonly synWindow?: number | null | undefined;
  readonly windowScale?: number | null | undefined;
  readonly optionOrder?: number | null | undefined;
  /** From the other side's last new payload to the new payload that follows it on this side. */
  readonly thoughts?: Thoughts | undefined;
}

/** Number of pieces, how many are full, and the sum of the squares of their lengths. */
export interface Pieces {
  readonly count: number;
  readonly full: number;
  readonly squares: number;
}

export interface Thoughts {
  readonly count: number;
  readonly meanNanoseconds: number;
  readonly maxNanoseconds: number | null;
}

/** Other flows of the same client at the cut, by what they were then; see neighbours.ts. */
export interface Neighbours {
  readonly open: number;
  readonly halfOpen: number;
  readonly vanished: number;
  readonly lastAck: number;
  readonly finWait: number;
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

  // As above: not in old examples.

  readonly minRttNanoseconds?: number | null | undefined;
  /** Payload of a full segment by both SYNs; null where it is not known. */
  readonly fullPayloadBytes?: number | null | undefined;
  /** From the end of the handshake to the last of the server's greeting. */
  readonly greetWaitNanoseconds?: number | null | undefined;
  /** Null where the cut is not that of a message. */
  readonly neighbours?: Neighbours | null | undefined;
}

/** How the end of a message was found (see message-cut.ts). */
export type CutRule = "end-of-data" | "decision" | "flow-end";
