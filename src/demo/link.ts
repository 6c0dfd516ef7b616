/** The model of one direction of a link: when a packet arrives, if it does. It computes only; the time is an argument. */
import { CompetingTraffic, type CompetingTrafficProfile } from "./competing-traffic.ts";
import { seededRandom, type Random } from "./seeded-random.ts";

export interface OneWayProfile {
  /** Propagation, one way. */
  readonly delayMs: number;
  /** Up to this much is added to the delay, evenly; packets keep their order. */
  readonly jitterMs?: number;
  /** Share of packets that are lost, 0 to 1. */
  readonly loss?: number;
  /** Mean number of packets lost in a row: 1 for independent losses, more for Gilbert's two-state model. */
  readonly lossBurst?: number;
  /** Share of packets that are held back by `reorderByMs`, so that later ones overtake them. */
  readonly reorder?: number;
  readonly reorderByMs?: number;
  /** Share of packets that arrive twice. */
  readonly duplicate?: number;
  /** Bits per millisecond, that is kbit/s; no limit when left out. */
  readonly rateKbit?: number;
  /** Room of the drop-tail queue in front of the limiter, in bytes. */
  readonly queueBytes?: number;
  /** Traffic of others in that queue. */
  readonly competing?: CompetingTrafficProfile;
}

/** A sender's access link; up is towards the mail server. */
export interface LinkProfile {
  readonly up: OneWayProfile;
  readonly down: OneWayProfile;
  /**
   * Resets never leave the sender, so one that breaks a connection off has vanished without a word, as a
   * machine behind an address translator that is switched off has.
   */
  readonly swallowsResets?: boolean;
}

export interface OneWayCounters {
  packets: number;
  bytes: number;
  lost: number;
  queueFull: number;
  reordered: number;
  duplicated: number;
}

const DEFAULT_QUEUE_BYTES = 65_536;
const DEFAULT_REORDER_BY_MS = 20;

/** Competing traffic has been there for this long when the first packet comes. */
const COMPETING_SINCE_MS = 20_000;

/** A burst of losses is over when no packet has come for this long: what follows a pause meets a fresh link. */
const BURST_MEMORY_MS = 200;

/** A duplicate follows its original by this much. */
const DUPLICATE_AFTER_MS = 0.2;

/** The four dice that each packet throws, whatever the profile asks for. */
interface Luck {
  readonly loss: number;
  readonly jitter: number;
  readonly reorder: number;
  readonly duplicate: number;
}

/**
 * One direction of one sender's link. Its n-th packet meets the same loss, jitter, reordering and
 * duplication in every run with the same seed; what the queue does depends on the time, too.
 */
export class OneWayLink {
  readonly counters: OneWayCounters = {
    packets: 0,
    bytes: 0,
    lost: 0,
    queueFull: 0,
    reordered: 0,
    duplicated: 0,
  };
  readonly #profile: OneWayProfile;
  readonly #random: Random;
  readonly #limiter: Limiter | undefined;
  #isLosing = false;
  #lastSentMs = 0;
  #lastInOrderMs = 0;

  /** `name` tells this direction of this link from all others that share the seed. */
  constructor(profile: OneWayProfile, seed: number, name: string) {
    this.#profile = profile;
    this.#random = seededRandom(seed, name);
    this.#limiter = limiterOf(profile, seededRandom(seed, `${name} competing`));
  }

  /**
   * Sends a packet of `bytes` at `nowMs`, which never goes back. Gives the times at which it arrives:
   * none when it is lost, two when it is duplicated.
   */
  send(bytes: number, nowMs: number): readonly number[] {
    const luck = this.#throwDice();
    this.counters.packets++;
    this.counters.bytes += bytes;
    if (this.#loses(luck, nowMs)) {
      this.counters.lost++;
      return [];
    }
    const leavesMs = this.#limiter === undefined ? nowMs : this.#limiter.pass(bytes, nowMs);
    if (leavesMs === undefined) {
      this.counters.queueFull++;
      return [];
    }
    return this.#copies(this.#arrival(leavesMs, luck), luck);
  }

  #throwDice(): Luck {
    const random = this.#random;
    return { loss: random(), jitter: random(), reorder: random(), duplicate: random() };
  }

  /** Gilbert's model: the chance to stay in the losing state makes bursts of the mean length, and both make the share. */
  #loses(luck: Luck, nowMs: number): boolean {
    const { loss = 0, lossBurst = 1 } = this.#profile;
    if (nowMs - this.#lastSentMs > BURST_MEMORY_MS) this.#isLosing = false;
    this.#lastSentMs = nowMs;
    const toStay = lossBurst > 1 ? 1 - 1 / lossBurst : loss;
    const toEnter = lossBurst > 1 ? loss / (lossBurst * (1 - loss)) : loss;
    this.#isLosing = luck.loss < (this.#isLosing ? toStay : toEnter);
    return this.#isLosing;
  }

  #arrival(leavesMs: number, luck: Luck): number {
    const {
      delayMs,
      jitterMs = 0,
      reorder = 0,
      reorderByMs = DEFAULT_REORDER_BY_MS,
    } = this.#profile;
    const arrivesMs = leavesMs + delayMs + luck.jitter * jitterMs;
    if (luck.reorder < reorder) {
      this.counters.reordered++;
      return arrivesMs + reorderByMs;
    }
    this.#lastInOrderMs = Math.max(arrivesMs, this.#lastInOrderMs);
    return this.#lastInOrderMs;
  }

  #copies(arrivesMs: number, luck: Luck): readonly number[] {
    if (luck.duplicate >= (this.#profile.duplicate ?? 0)) return [arrivesMs];
    this.counters.duplicated++;
    return [arrivesMs, arrivesMs + DUPLICATE_AFTER_MS];
  }
}

/** A rate limit with a drop-tail queue before it. */
class Limiter {
  readonly #bytesPerMs: number;
  readonly #queueBytes: number;
  readonly #competing: CompetingTraffic | undefined;
  #backlogBytes = 0;
  #measuredAtMs: number | undefined;

  constructor(bytesPerMs: number, queueBytes: number, competing: CompetingTraffic | undefined) {
    this.#bytesPerMs = bytesPerMs;
    this.#queueBytes = queueBytes;
    this.#competing = competing;
  }

  /** When a packet that comes now has left the queue; undefined when it found no room. */
  pass(bytes: number, nowMs: number): number | undefined {
    this.#advance(nowMs);
    if (this.#backlogBytes + bytes > this.#queueBytes) return undefined;
    this.#backlogBytes += bytes;
    return nowMs + this.#backlogBytes / this.#bytesPerMs;
  }

  #advance(nowMs: number): void {
    const since = this.#measuredAtMs ?? nowMs - COMPETING_SINCE_MS;
    const drained = Math.max(0, this.#backlogBytes - (nowMs - since) * this.#bytesPerMs);
    this.#backlogBytes = this.#competing?.backlogAfter(this.#backlogBytes, since, nowMs) ?? drained;
    this.#measuredAtMs = nowMs;
  }
}

function limiterOf(profile: OneWayProfile, random: Random): Limiter | undefined {
  const { rateKbit, queueBytes = DEFAULT_QUEUE_BYTES, competing } = profile;
  if (rateKbit === undefined) return undefined;
  const bytesPerMs = rateKbit / 8;
  const traffic = competing && new CompetingTraffic(competing, { bytesPerMs, queueBytes }, random);
  return new Limiter(bytesPerMs, queueBytes, traffic);
}
