/** Other traffic on a sender's narrow link: it fills the queue that the mail's packets stand in. */
import { exponential, type Random } from "./seeded-random.ts";

export interface CompetingTrafficProfile {
  /** What it offers while it is on, as a share of the link's rate; over 1 the queue grows until it is full. */
  readonly load: number;
  /** Mean length of a busy period, in milliseconds (exponential). */
  readonly onMs: number;
  /** Mean length of a quiet period, in milliseconds (exponential). */
  readonly offMs: number;
}

export interface QueueLimits {
  readonly bytesPerMs: number;
  readonly queueBytes: number;
}

/** The backlog is computed in steps no longer than this, so that a growing one is seen to overflow. */
const STEP_MS = 20;

/**
 * The traffic is a mere number of bytes in front of the limiter: no packets of it exist. When it fills the
 * queue it backs off to between half and nine tenths of it, as bulk TCP connections do when they lose packets.
 */
export class CompetingTraffic {
  readonly #profile: CompetingTrafficProfile;
  readonly #limits: QueueLimits;
  readonly #random: Random;
  #isOn = false;
  #periodEndsAtMs: number | undefined;

  constructor(profile: CompetingTrafficProfile, limits: QueueLimits, random: Random) {
    this.#profile = profile;
    this.#limits = limits;
    this.#random = random;
  }

  /** The backlog in bytes at `untilMs`, when it was `backlogBytes` at `sinceMs`. */
  backlogAfter(backlogBytes: number, sinceMs: number, untilMs: number): number {
    let backlog = backlogBytes;
    for (let at = sinceMs; at < untilMs;) {
      const periodEnd = this.#periodAt(at);
      const stepEnd = Math.min(untilMs, periodEnd, at + STEP_MS);
      backlog = this.#afterStep(backlog, stepEnd - at);
      at = stepEnd;
    }
    return backlog;
  }

  /** Enters the period that `atMs` lies in, and tells when it ends. The first one is on. */
  #periodAt(atMs: number): number {
    let end = this.#periodEndsAtMs ?? atMs;
    while (end <= atMs) {
      this.#isOn = !this.#isOn;
      end += exponential(this.#random, this.#isOn ? this.#profile.onMs : this.#profile.offMs);
    }
    this.#periodEndsAtMs = end;
    return end;
  }

  #afterStep(backlog: number, stepMs: number): number {
    const { bytesPerMs, queueBytes } = this.#limits;
    const unevenness = 0.5 + this.#random();
    const offered = this.#isOn ? this.#profile.load * unevenness * bytesPerMs * stepMs : 0;
    const left = Math.max(0, backlog + offered - bytesPerMs * stepMs);
    return left > queueBytes ? queueBytes * (0.5 + 0.4 * this.#random()) : left;
  }
}
