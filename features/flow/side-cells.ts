import {
  cellPage,
  COUNT,
  FLOW_COUNTS,
  FLOW_REALS,
  NONE,
  REAL,
  SIDE_COUNTS,
  SIDE_REALS,
} from "./flow-cells.ts";
import type { CellPage, SideExtras } from "./flow-cells.ts";

/**
 * A look at the numbers of one side of a flow. One object may look at one side after another, so that a table with many
 * flows needs two of them and not two for each flow.
 */
export class SideCells {
  protected counts: Int32Array;
  protected reals: Float64Array;
  /** Where the side's numbers begin. */
  protected firstCount: number;
  protected firstReal: number;
  #page: CellPage;
  #extras: number;

  /** Looks at side 0 or 1 of the flow with this index in its page; at numbers of its own where no page is given. */
  constructor(page = ownPage(), index = 0, side = 0) {
    this.#page = page;
    this.counts = page.counts;
    this.reals = page.reals;
    this.firstCount = FLOW_COUNTS * index + SIDE_COUNTS * side;
    this.firstReal = FLOW_REALS * index + SIDE_REALS * side;
    this.#extras = 2 * index + side;
  }

  /** Looks at another side. */
  turnTo(page: CellPage, index: number, side: number): void {
    this.#page = page;
    this.counts = page.counts;
    this.reals = page.reals;
    this.firstCount = FLOW_COUNTS * index + SIDE_COUNTS * side;
    this.firstReal = FLOW_REALS * index + SIDE_REALS * side;
    this.#extras = 2 * index + side;
  }

  protected get extras(): SideExtras | undefined {
    return this.#page.extras[this.#extras];
  }

  protected needExtras(): SideExtras {
    const known = this.extras;
    if (known !== undefined) return known;
    const extras = { seen: undefined, probed: undefined, roundTrips: undefined };
    this.#page.extras[this.#extras] = extras;
    return extras;
  }

  protected dropExtras(): void {
    this.#page.extras[this.#extras] = undefined;
  }

  protected count(name: number): number {
    return this.counts[this.firstCount + name] ?? 0;
  }

  protected setCount(name: number, value: number): void {
    this.counts[this.firstCount + name] = value;
  }

  protected addCount(name: number, more: number): void {
    this.setCount(name, this.count(name) + more);
  }

  protected real(name: number): number {
    return this.reals[this.firstReal + name] ?? 0;
  }

  protected setReal(name: number, value: number): void {
    this.reals[this.firstReal + name] = value;
  }

  protected addReal(name: number, more: number): void {
    this.setReal(name, this.real(name) + more);
  }

  /** Takes one more sample into a count and a mean, which is given back. */
  protected addMean(count: number, mean: number, sample: number): number {
    const samples = this.count(count) + 1;
    const newMean = this.real(mean) + (sample - this.real(mean)) / samples;
    this.setCount(count, samples);
    this.setReal(mean, newMean);
    return newMean;
  }

  /**
   * The same with, one place behind the mean, the sum of squared deviations: B. P. Welford, "Note on a method for calculating
   * corrected sums of squares and products", Technometrics 4 (1962). The same samples in the same order give the same
   * bits, live and from a file.
   */
  protected addSample(count: number, mean: number, sample: number): void {
    const deviation = sample - this.real(mean);
    const newMean = this.addMean(count, mean, sample);
    this.addReal(mean + 1, deviation * (sample - newMean));
  }
}

function ownPage(): CellPage {
  const page = cellPage(1);
  beginSide(page, 0, 0);
  return page;
}

/** Sets the numbers of a side that do not begin with 0. */
export function beginSide({ counts, reals }: CellPage, index: number, side: number): void {
  const firstCount = FLOW_COUNTS * index + SIDE_COUNTS * side;
  const firstReal = FLOW_REALS * index + SIDE_REALS * side;
  for (const name of NONE_AT_FIRST) counts[firstCount + name] = NONE;
  reals[firstReal + REAL.maxGap] = NONE;
  reals[firstReal + REAL.maxThought] = NONE;
  reals[firstReal + REAL.minRoundTrip] = Infinity;
  reals[firstReal + REAL.latestCovered] = -Infinity;
}

const NONE_AT_FIRST = [
  COUNT.minWindow,
  COUNT.maxWindow,
  COUNT.lastWindow,
  COUNT.hopLimit,
  COUNT.firstData,
] as const;
