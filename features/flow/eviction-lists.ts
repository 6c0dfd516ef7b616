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

const LISTS = ["unproven", "done", "open"] as const;

/** The list that a flow is in: its ends have not exchanged anything yet, it is closed, or neither. */
export type ListName = (typeof LISTS)[number];

const REASONS: Readonly<Record<ListName, EvictionReason>> = {
  unproven: "half-open",
  done: "closed",
  open: "idle",
};

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
  readonly #seconds: Readonly<Record<ListName, number>>;
  readonly #lists = new SlotLists(LISTS.length);
  #lastSecond = NaN;

  constructor({ idleSeconds, lingerSeconds, halfOpenSeconds }: FlowAges) {
    this.expires = [idleSeconds, lingerSeconds, halfOpenSeconds].some((age) => age !== undefined);
    this.#seconds = {
      unproven: halfOpenSeconds ?? (this.expires ? DEFAULT_HALF_OPEN_SECONDS : Infinity),
      done: lingerSeconds ?? Infinity,
      open: idleSeconds ?? Infinity,
    };
  }

  /** Puts a slot at the end of a list, out of the one that it is in. */
  append(list: ListName, slot: number): void {
    this.#lists.remove(slot);
    this.#lists.append(LISTS.indexOf(list), slot);
  }

  remove(slot: number): void {
    this.#lists.remove(slot);
  }

  /** The slot to give up first, or NO_SLOT. */
  first(): number {
    for (let list = 0; list < LISTS.length; list++) {
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
    for (const [list, name] of LISTS.entries()) {
      const slot = this.#lists.first(list);
      const from = slot === NO_SLOT ? undefined : ageFrom(slot);
      if (from === undefined) continue;
      const age = nanosecondsBetween(from, now) / 1e9;
      if (age >= this.#seconds[name]) return { slot, reason: REASONS[name] };
    }
    return undefined;
  }
}
