/** The kinds of sending hosts in the demo, each with the lines that it has. */
import type { LinkProfile, OneWayProfile } from "./link.ts";
import { between, type Random } from "./seeded-random.ts";

export type HostClass = "ham" | "spam";

/** A kind of host, and how common it is in its class; the shares of a class make 1. */
export interface HostKind {
  readonly kind: string;
  readonly share: number;
  readonly link: (random: Random) => LinkProfile;
  /** Windows that hosts of this kind have, each equally often; undefined is the kernel's choice. */
  readonly windows: readonly [number | undefined, ...(number | undefined)[]];
}

/** A line that is alike in both directions, with room for whatever the host sends. */
function evenLine(way: OneWayProfile): LinkProfile {
  return { up: way, down: way };
}

/** A home line: the way up is narrow, with a deep queue that others in the house fill as well. */
function homeLine(
  random: Random,
  way: OneWayProfile,
  up: { readonly kbit: readonly [number, number]; readonly load: readonly [number, number] },
): LinkProfile {
  const competing = { load: between(random, ...up.load), onMs: 5_000, offMs: 1_200 };
  const rateKbit = between(random, ...up.kbit);
  const queueBytes = (rateKbit / 8) * between(random, 300, 1_000);
  return {
    up: { ...way, rateKbit, queueBytes, competing },
    down: { ...way, rateKbit: rateKbit * 6, queueBytes: 64_000 },
  };
}

const NEAR: HostKind = {
  kind: "mail server, near",
  share: 0.4,
  link: (random) =>
    evenLine({ delayMs: between(random, 2.5, 20), jitterMs: between(random, 0, 1) }),
  windows: [undefined, undefined, 65_535, 29_200],
};

const CONTINENT: HostKind = {
  kind: "mail server, same continent",
  share: 0.24,
  link: (random) => evenLine({ delayMs: between(random, 15, 45), jitterMs: between(random, 0, 4) }),
  windows: [undefined, undefined, 29_200],
};

const OVERSEAS: HostKind = {
  kind: "mail server, overseas",
  share: 0.12,
  link: (random) =>
    evenLine({
      delayMs: between(random, 50, 90),
      jitterMs: between(random, 1, 8),
      loss: between(random, 0, 0.005),
    }),
  windows: [undefined, 29_200],
};

const LOSSY: HostKind = {
  kind: "mail server, lossy line",
  share: 0.12,
  link: (random) =>
    evenLine({
      delayMs: between(random, 10, 50),
      jitterMs: between(random, 1, 10),
      loss: between(random, 0.01, 0.025),
    }),
  windows: [undefined, 16_384],
};

const SMALL_OFFICE: HostKind = {
  kind: "mail server, office on ADSL",
  share: 0.12,
  link: (random) =>
    homeLine(
      random,
      { delayMs: between(random, 10, 30), jitterMs: between(random, 2, 8) },
      { kbit: [640, 1_200], load: [0.6, 1.15] },
    ),
  windows: [undefined, 16_384],
};

const DSL_BOT: HostKind = {
  kind: "bot, crowded DSL",
  share: 0.42,
  link: (random) =>
    homeLine(
      random,
      {
        delayMs: between(random, 20, 70),
        jitterMs: between(random, 4, 20),
        loss: between(random, 0.01, 0.035),
        lossBurst: 1.5,
      },
      { kbit: [256, 640], load: [1.1, 1.6] },
    ),
  windows: [undefined, 16_384, 8_192],
};

const WIRELESS_BOT: HostKind = {
  kind: "bot, wireless",
  share: 0.24,
  link: (random) => {
    const link = homeLine(
      random,
      {
        delayMs: between(random, 15, 50),
        jitterMs: between(random, 15, 45),
        loss: between(random, 0.015, 0.05),
        lossBurst: 2,
      },
      { kbit: [700, 2_000], load: [1, 1.4] },
    );
    return { ...link, up: { ...link.up, reorder: 0.03, reorderByMs: 25 } };
  },
  windows: [undefined, 65_535, 16_384],
};

const FAR_BOT: HostKind = {
  kind: "bot, far away",
  share: 0.22,
  link: (random) =>
    homeLine(
      random,
      {
        delayMs: between(random, 80, 160),
        jitterMs: between(random, 5, 25),
        loss: between(random, 0.01, 0.05),
        lossBurst: 1.5,
      },
      { kbit: [400, 1_000], load: [0.9, 1.4] },
    ),
  windows: [undefined, 8_192, 65_535],
};

const HOSTED_BOT: HostKind = {
  kind: "bot, rented server",
  share: 0.12,
  link: (random) => evenLine({ delayMs: between(random, 4, 60), jitterMs: between(random, 0, 3) }),
  windows: [undefined, undefined, 65_535, 29_200],
};

export const HOST_KINDS: Readonly<Record<HostClass, readonly [HostKind, ...HostKind[]]>> = {
  ham: [NEAR, CONTINENT, OVERSEAS, LOSSY, SMALL_OFFICE],
  spam: [DSL_BOT, WIRELESS_BOT, FAR_BOT, HOSTED_BOT],
};
