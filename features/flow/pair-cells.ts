import type { CaptureTime } from "../decode/segment.ts";
import { cellPage, FLOW_COUNTS, FLOW_REALS, NONE, PAIR_COUNT, PAIR_REAL } from "./flow-cells.ts";
import type { CellPage } from "./flow-cells.ts";

/** Bits of PAIR_COUNT.state. */
export const STATE = {
  /** A SYN without ACK said who is the client, or a SYN-ACK did. */
  knownBySyn: 1,
  knownByAnswer: 2,
  clientIsDestination: 4,
  lastIsFromDestination: 8,
  answered: 16,
  closed: 32,
  /** The present state is the marked one, so that it need not have been written down yet. */
  atMark: 64,
  /** Whose new payload was the last. */
  clientSpokeLast: 128,
  serverSpokeLast: 256,
  clientSpoke: 1024,
  /** The mark: whether the flow was complete when it was written. */
  complete: 512,
} as const;

/** A look at the numbers of a flow as a whole; see SideCells. */
export class PairCells {
  #counts: Int32Array;
  #reals: Float64Array;
  #firstCount = 0;
  #firstReal = 0;

  /** Looks at numbers of its own until it is turned to others. */
  constructor() {
    const page = cellPage(1);
    this.#counts = page.counts;
    this.#reals = page.reals;
    beginPair(page, 0);
  }

  turnTo(page: CellPage, index: number): void {
    this.#counts = page.counts;
    this.#reals = page.reals;
    this.#firstCount = FLOW_COUNTS * index;
    this.#firstReal = FLOW_REALS * index;
  }

  get started(): CaptureTime {
    return {
      seconds: this.real(PAIR_REAL.startedSeconds),
      nanoseconds: this.count(PAIR_COUNT.startedNanoseconds),
    };
  }

  get last(): CaptureTime {
    return {
      seconds: this.real(PAIR_REAL.lastSeconds),
      nanoseconds: this.count(PAIR_COUNT.lastNanoseconds),
    };
  }

  /** Sets the time of the first segment. */
  start({ seconds, nanoseconds }: CaptureTime): void {
    this.setReal(PAIR_REAL.startedSeconds, seconds);
    this.setCount(PAIR_COUNT.startedNanoseconds, nanoseconds);
    this.arrive(seconds, nanoseconds);
  }

  /** Sets the time of the last segment: nanoseconds since the first, see nanosecondsBetween. */
  arrive(seconds: number, nanoseconds: number): number {
    this.setReal(PAIR_REAL.lastSeconds, seconds);
    this.setCount(PAIR_COUNT.lastNanoseconds, nanoseconds);
    return (
      (seconds - this.real(PAIR_REAL.startedSeconds)) * 1e9 +
      (nanoseconds - this.count(PAIR_COUNT.startedNanoseconds))
    );
  }

  is(bit: number): boolean {
    return (this.count(PAIR_COUNT.state) & bit) !== 0;
  }

  set(bit: number, value: boolean): void {
    const state = this.count(PAIR_COUNT.state);
    this.setCount(PAIR_COUNT.state, value ? state | bit : state & ~bit);
  }

  count(name: number): number {
    return this.#counts[this.#firstCount + name] ?? 0;
  }

  setCount(name: number, value: number): void {
    this.#counts[this.#firstCount + name] = value;
  }

  real(name: number): number {
    return this.#reals[this.#firstReal + name] ?? 0;
  }

  setReal(name: number, value: number): void {
    this.#reals[this.#firstReal + name] = value;
  }
}

/** Sets the numbers that do not begin with 0. */
export function beginPair({ counts, reals }: CellPage, index: number): void {
  reals[FLOW_REALS * index + PAIR_REAL.handshakeRoundTrip] = NONE;
  reals[FLOW_REALS * index + PAIR_REAL.greetedAt] = NONE;
  counts[FLOW_COUNTS * index + PAIR_COUNT.openNeighbours] = NONE;
}
