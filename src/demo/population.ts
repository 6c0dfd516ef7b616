/**
 * The sending hosts of the demo: mail servers on good lines, bots on crowded home lines, and enough of each class on
 * the other's kind of line that nobody can tell them all apart. Links and manners are drawn from a seed.
 */
import { HOST_KINDS, type HostClass, type HostKind } from "./host-kinds.ts";
import type { LinkProfile } from "./link.ts";
import { between, oneOf, seededRandom, type Random } from "./seeded-random.ts";

/** How a host behaves above TCP. */
export interface Manners {
  readonly hello: "EHLO" | "HELO";
  /** Sends MAIL, RCPT and DATA in one write (RFC 2920). */
  readonly pipelines: boolean;
  /** Mean pause before each command, in milliseconds. */
  readonly thinkMs: number;
  /** `vanish` is a reset that the host's link swallows. */
  readonly leaves: "quit" | "reset" | "vanish";
  /** Connections that it has open at a time. */
  readonly simultaneous: number;
  /** Mails that it sends in one connection. */
  readonly mailsPerConnection: number;
  /** Breaks one connection off in the middle of a mail before it sends the others. */
  readonly breaksOff: boolean;
}

export interface Host {
  readonly address: string;
  readonly hostClass: HostClass;
  /** What kind of host it is, for people. */
  readonly kind: string;
  readonly link: LinkProfile;
  readonly manners: Manners;
  /** Largest window that it advertises, in bytes; the kernel's choice when left out. */
  readonly receiveWindow?: number;
}

export interface PopulationOptions {
  readonly seed: number;
  /** Hosts of each class. */
  readonly perClass: number;
  /** Give every fifth host an IPv6 address. */
  readonly withIpv6: boolean;
}

/** Host numbers of addresses begin here, clear of the lab's own. */
const FIRST_HOST_NUMBER = 16;

/** No more hosts than the lab's network has addresses for. */
const MAX_PER_CLASS = 1_000;

/** As many hosts of each class as asked for, in the same mixture of kinds, ham and spam in turn. */
export function makePopulation({ seed, perClass, withIpv6 }: PopulationOptions): readonly Host[] {
  if (perClass > MAX_PER_CLASS) throw new RangeError(`at most ${MAX_PER_CLASS} hosts of a class`);
  return Array.from({ length: 2 * perClass }, (_, number) => {
    const hostClass = number % 2 === 0 ? "ham" : "spam";
    const quantile = (Math.floor(number / 2) + 0.5) / perClass;
    const address = addressOf(number + FIRST_HOST_NUMBER, withIpv6);
    return makeHost(address, hostClass, {
      kind: kindAt(hostClass, quantile),
      random: seededRandom(seed, `host ${address}`),
    });
  });
}

/** Every fifth host of either class speaks IPv6. */
function addressOf(number: number, withIpv6: boolean): string {
  if (withIpv6 && number % 5 === 0) return `fd00:99::1:${number.toString(16)}`;
  return `10.99.${16 + (number >> 8)}.${number & 255}`;
}

/** The kind that a host at this place of its class has, when the class is ordered by kinds. */
function kindAt(hostClass: HostClass, quantile: number): HostKind {
  const [mostCommon, ...others] = HOST_KINDS[hostClass];
  let reached = mostCommon.share;
  if (quantile < reached) return mostCommon;
  for (const kind of others) {
    reached += kind.share;
    if (quantile < reached) return kind;
  }
  return mostCommon;
}

function makeHost(
  address: string,
  hostClass: HostClass,
  { kind, random }: { readonly kind: HostKind; readonly random: Random },
): Host {
  const manners = hostClass === "ham" ? serverManners(random) : botManners(random);
  const receiveWindow = oneOf(random, kind.windows);
  return {
    address,
    hostClass,
    kind: kind.kind,
    manners,
    link: { ...kind.link(random), swallowsResets: manners.leaves === "vanish" },
    ...(receiveWindow === undefined ? {} : { receiveWindow }),
  };
}

function serverManners(random: Random): Manners {
  return {
    hello: "EHLO",
    pipelines: random() < 0.4,
    thinkMs: random() < 0.2 ? between(random, 20, 120) : between(random, 0, 5),
    leaves: "quit",
    simultaneous: random() < 0.2 ? 2 : 1,
    mailsPerConnection: random() < 0.15 ? 2 : 1,
    breaksOff: false,
  };
}

function botManners(random: Random): Manners {
  return {
    hello: random() < 0.6 ? "HELO" : "EHLO",
    pipelines: random() < 0.2,
    thinkMs: random() < 0.4 ? between(random, 50, 300) : between(random, 0, 10),
    leaves: oneOf(random, ["quit", "quit", "reset", "vanish"]),
    simultaneous: oneOf(random, [1, 2, 3]),
    mailsPerConnection: random() < 0.15 ? 2 : 1,
    breaksOff: random() < 0.2,
  };
}
