import { nanosecondsBetween } from "../decode/segment.ts";
import type { CaptureTime } from "../decode/segment.ts";
import { NO_SLOT } from "./slot-chains.ts";
import { SlotLists } from "./slot-lists.ts";

/** `full`: first in the order of eviction when the table was at a bound; the others: silent for the time set for such. */
export type EvictionReason = "full" | "idle" | "closed" | "half-open";

export interface FlowAges {
  /** Silence after which an open flow goes; none goes by age where this is absent. */
  readonly idleSeconds?: number;
  /** Silence after which a flow goes that was closed, or whose ends began a newer one. */
  readonly lingerSeconds?: number;
  /** Time after which a flow goes whose ends have not exchanged anything. */
  readonly halfOpenSeconds?: number;
}

/**
 * Longest time that a half-open flow is kept where others go by age: Linux gives up a connection that is not answered after
 * 127 seconds (tcp_syn_retries 6), and one that it answered itself after 63 (tcp_synack_retries 5).
 */
export const DEFAULT_HALF_OPEN_SECONDS = 127;

/** The lists of flows whose ends have not exchanged anything yet, that are closed, and that are neither. */
export const UNPROVEN = 0;
export const DONE = 1;
export const OPEN = 2;
const LISTS = 3;

/** By their lists. */
const REASONS: readonly EvictionReason[] = ["half-open", "closed", "idle"];

export interface OldFlow {
  readonly slot: number;
  readonly reason: EvictionReason;
}

/**
 * Who goes first: those whose ends exchanged nothing, the oldest first, before those that are closed, before those that are
 * open, both by silence. Each list is in the order of the times from which ages count.
 */
export class EvictionLists {
  /** Whether any flow goes by age. */
  readonly expires: boolean;
  readonly #seconds: readonly number[];
  readonly #lists = new SlotLists(LISTS);
  #lastSecond = NaN;

  constructor({ idleSeconds, lingerSeconds, halfOpenSeconds }: FlowAges) {
    this.expires = [idleSeconds, lingerSeconds, halfOpenSeconds].some((age) => age !== undefined);
    this.#seconds = [
      halfOpenSeconds ?? (this.expires ? DEFAULT_HALF_OPEN_SECONDS : Infinity),
      lingerSeconds ?? Infinity,
      idleSeconds ?? Infinity,
    ];
  }

  /** Puts a slot at the end of a list, out of the one that it is in. */
  append(list: number, slot: number): void {
    this.#lists.remove(slot);
    this.#lists.append(list, slot);
  }

  remove(slot: number): void {
    this.#lists.remove(slot);
  }

  /** The slot to give up first, or NO_SLOT. */
  first(): number {
    for (let list = 0; list < LISTS; list++) {
      const slot = this.#lists.first(list);
      if (slot !== NO_SLOT) return slot;
    }
    return NO_SLOT;
  }

  /** Whether it is worth the while to look for old flows at this time: once in a second of the capture. */
  isDue({ seconds }: CaptureTime): boolean {
    if (!this.expires || seconds === this.#lastSecond) return false;
    this.#lastSecond = seconds;
    return true;
  }

  /** A flow that has reached its age; `ageFrom` says from when a slot's age counts. */
  firstOld(
    now: CaptureTime,
    ageFrom: (slot: number) => CaptureTime | undefined,
  ): OldFlow | undefined {
    for (const [list, reason] of REASONS.entries()) {
      const slot = this.#lists.first(list);
      const from = slot === NO_SLOT ? undefined : ageFrom(slot);
      if (from === undefined) continue;
      const age = nanosecondsBetween(from, now) / 1e9;
      if (age >= (this.#seconds[list] ?? Infinity)) return { slot, reason };
    }
    return undefined;
  }
}
