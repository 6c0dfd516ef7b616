/** The two batches of the demo: one to learn from, one to be scored. Everything is fixed, so each run is of the same kind. */
import { plainAddress } from "./ip-packet.ts";
import type { HostClasses } from "./flow-objects.ts";
import { planBatch, type PlannedConnection } from "./mail-plan.ts";
import { makePopulation, type Host } from "./population.ts";

const SEED = 2_011;

/** Hosts of each class, both batches together. */
const HOSTS_PER_CLASS = 36;

export const FIRST_BATCH = "first";
export const SECOND_BATCH = "second";

export interface Batches {
  readonly hosts: readonly Host[];
  readonly classes: HostClasses;
  readonly first: readonly PlannedConnection[];
  readonly second: readonly PlannedConnection[];
  /** Also determines the links' luck. */
  readonly seed: number;
}

/**
 * Hosts stand ordered by kind within their class, ham and spam in turn. Of three hosts of a class two send in the
 * first batch; the third is new in the second, and one in six sends in both.
 */
export function planDemo(withIpv6: boolean): Batches {
  const hosts = makePopulation({ seed: SEED, perClass: HOSTS_PER_CLASS, withIpv6 });
  const placeInClass = (index: number): number => Math.floor(index / 2);
  const known = hosts.filter((_, index) => placeInClass(index) % 3 !== 2);
  const scored = hosts.filter((_, index) => {
    const place = placeInClass(index);
    return place % 3 === 2 || place % 6 === 0;
  });
  return {
    hosts,
    classes: new Map(hosts.map(({ address, hostClass }) => [plainAddress(address), hostClass])),
    first: planBatch({
      name: FIRST_BATCH,
      hosts: known,
      mailsPerHost: 5,
      durationMs: 20_000,
      seed: SEED,
    }),
    second: planBatch({
      name: SECOND_BATCH,
      hosts: scored,
      mailsPerHost: 2,
      durationMs: 9_000,
      seed: SEED,
    }),
    seed: SEED,
  };
}
