import type { RoundTrips } from "./round-trips.ts";
import type { SequenceSet } from "./sequence-set.ts";

/**
 * The numbers of flows lie in typed arrays, in pages of many flows, so that a hundred thousand flows are no work for the
 * garbage collector and their memory can be counted. This file says where each number lies.
 */

/** Whole numbers of one side, 32 bits each. */
export const COUNT = {
  packets: 0,
  resets: 1,
  fins: 2,
  syns: 3,
  zeroWindows: 4,
  minWindow: 5,
  maxWindow: 6,
  /** The last window advertised, unscaled. */
  lastWindow: 7,
  hopLimit: 8,
  firstSequence: 9,
  retransmissions: 10,
  outOfOrder: 11,
  zeroWindowProbes: 12,
  streamState: 13,
  lastAcknowledgment: 14,
  duplicateAcknowledgments: 15,
  /** Of the SYN: 0 before there was one, else bits. */
  synOffers: 16,
  maximumSegmentSize: 17,
  windowScale: 18,
  synWindow: 19,
  dataPackets: 20,
  pushes: 21,
  firstData: 22,
  pieces: 23,
  fullPieces: 24,
  roundTrips: 25,
  thoughts: 26,
  /** 1 where the last segment was a keep-alive. */
  keepAlive: 27,
} as const;
export const SIDE_COUNTS = 28;

/** Positions, times and moments of one side. */
export const REAL = {
  payloadBytes: 0,
  uniqueBytes: 1,
  acknowledgedTo: 2,
  highest: 3,
  /** The one interval that was seen, while there is no hole in it. */
  seenFrom: 4,
  seenTo: 5,
  synPosition: 6,
  finEnd: 7,
  lastAt: 8,
  maxGap: 9,
  gapMean: 10,
  gapSquares: 11,
  optionOrder: 12,
  pieceSquares: 13,
  roundTripMean: 14,
  roundTripSquares: 15,
  minRoundTrip: 16,
  latestCovered: 17,
  thoughtMean: 18,
  maxThought: 19,
} as const;
export const SIDE_REALS = 20;

/** Whole numbers of the flow as a whole, behind those of its sides. */
export const PAIR_COUNT = {
  state: 2 * SIDE_COUNTS,
  serverSequence: 2 * SIDE_COUNTS + 1,
  interruptionsBefore: 2 * SIDE_COUNTS + 2,
  interruptionsAtEnd: 2 * SIDE_COUNTS + 3,
  startedNanoseconds: 2 * SIDE_COUNTS + 4,
  lastNanoseconds: 2 * SIDE_COUNTS + 5,
  /** Payload that a full segment carries; 0 before both SYNs were seen. */
  fullPayload: 2 * SIDE_COUNTS + 6,
  openNeighbours: 2 * SIDE_COUNTS + 7,
  halfOpenNeighbours: 2 * SIDE_COUNTS + 8,
  vanishedNeighbours: 2 * SIDE_COUNTS + 9,
  lastAckNeighbours: 2 * SIDE_COUNTS + 10,
  finWaitNeighbours: 2 * SIDE_COUNTS + 11,
} as const;
export const FLOW_COUNTS = 2 * SIDE_COUNTS + 12;

export const PAIR_REAL = {
  startedSeconds: 2 * SIDE_REALS,
  lastSeconds: 2 * SIDE_REALS + 1,
  answeredAt: 2 * SIDE_REALS + 2,
  handshakeRoundTrip: 2 * SIDE_REALS + 3,
  /** When the last new payload came, and when that of the server did before the client's first. */
  lastDataAt: 2 * SIDE_REALS + 4,
  greetedAt: 2 * SIDE_REALS + 5,
} as const;
export const FLOW_REALS = 2 * SIDE_REALS + 6;

/** Stands for "none yet" in numbers that are never negative. */
export const NONE = -1;

/** Flows of one page: 64 KiB of integers and about as much again of reals. */
const PAGE_FLOWS = 128;

/** What few flows need besides numbers; one for each side. */
export interface SideExtras {
  /** What was seen, once there was a hole in it. */
  seen: SequenceSet | undefined;
  /** What zero-window probes carried: the receiver may have taken it, but it does not count as seen. */
  probed: SequenceSet | undefined;
  /** Segments that wait for their acknowledgment. */
  roundTrips: RoundTrips | undefined;
}

/** Room for the numbers of some flows. */
export interface CellPage {
  readonly counts: Int32Array;
  readonly reals: Float64Array;
  /** Two a flow. */
  readonly extras: (SideExtras | undefined)[];
}

/** Bytes of a flow's numbers. */
export const CELL_BYTES = 4 * FLOW_COUNTS + 8 * FLOW_REALS + 16;

export function cellPage(flows: number): CellPage {
  return {
    counts: new Int32Array(FLOW_COUNTS * flows),
    reals: new Float64Array(FLOW_REALS * flows),
    extras: Array<undefined>(2 * flows).fill(undefined),
  };
}

/** Hands out room for flows, page by page, and takes it back. */
export class CellStore {
  readonly #pages: CellPage[] = [];
  readonly #free: number[] = [];

  /** A number for room, all of whose numbers are 0 and whose extras are none. */
  take(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const first = this.#pages.length * PAGE_FLOWS;
    this.#pages.push(cellPage(PAGE_FLOWS));
    for (let other = PAGE_FLOWS - 1; other > 0; other--) this.#free.push(first + other);
    return first;
  }

  release(room: number): void {
    const { counts, reals, extras } = this.page(room);
    const index = this.indexOf(room);
    counts.fill(0, FLOW_COUNTS * index, FLOW_COUNTS * (index + 1));
    reals.fill(0, FLOW_REALS * index, FLOW_REALS * (index + 1));
    extras[2 * index] = undefined;
    extras[2 * index + 1] = undefined;
    this.#free.push(room);
  }

  /** Copies the numbers, without the extras. */
  copy(from: number, to: number): void {
    const source = this.page(from);
    const target = this.page(to);
    const [index, at] = [this.indexOf(from), this.indexOf(to)];
    for (let cell = 0; cell < FLOW_COUNTS; cell++) {
      target.counts[FLOW_COUNTS * at + cell] = source.counts[FLOW_COUNTS * index + cell] ?? 0;
    }
    for (let cell = 0; cell < FLOW_REALS; cell++) {
      target.reals[FLOW_REALS * at + cell] = source.reals[FLOW_REALS * index + cell] ?? 0;
    }
  }

  page(room: number): CellPage {
    const page = this.#pages[Math.floor(room / PAGE_FLOWS)];
    if (page === undefined) throw new RangeError(`no room ${room} in the cell store`);
    return page;
  }

  /** The place of the room within its page. */
  indexOf(room: number): number {
    return room % PAGE_FLOWS;
  }
}
