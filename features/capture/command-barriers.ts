import { BARRIER_BOUND_MILLISECONDS, type BarrierOutcome } from "./packet-source.ts";
import { SETTLE_MILLISECONDS, type Settling } from "./settling.ts";
import { isAllDelivered, type DeliveredFrames, type TcpdumpCounts } from "./tcpdump-counts.ts";

/** Barriers that may wait at one time; more are answered "late" at once. */
const MAX_WAITING_BARRIERS = 10_000;
/** How often a program that has not settled is looked at again. */
const LOOK_AGAIN_MILLISECONDS = 5;
/**
 * A program that did not answer a request for its counts for so long is asked again. An answer that comes later still
 * would be taken for that to the new request, so this is far beyond any stall.
 */
const ASK_AGAIN_MILLISECONDS = 10_000;

export interface CommandBarrierParts {
  readonly settling: Pick<Settling, "isSettled">;
  /** What the program has delivered. */
  readonly delivered: () => DeliveredFrames;
  /** Asks the program for its counts: false where it cannot be asked. */
  readonly askCounts: () => boolean;
  /** Milliseconds of the clock by which frames are said to arrive. */
  readonly now: () => number;
}

interface Waiting {
  readonly asked: number;
  readonly resolve: (outcome: BarrierOutcome) => void;
  timer: NodeJS.Timeout;
  /** Whether the request for counts that will answer this one has been sent. */
  isCovered: boolean;
  counts: TcpdumpCounts | undefined;
}

/**
 * The barriers of a program at the other end of a pipe. One that can be asked for its counts (tcpdump) tells how many
 * frames had reached it: when so many have come, all are there. Of another it can only be said that it had time and is
 * not behind (docs/decisions/0006-barrier-of-a-command.md).
 */
export class CommandBarriers {
  readonly #parts: CommandBarrierParts;
  readonly #waiting = new Set<Waiting>();
  #askedAt: number | undefined;

  constructor(parts: CommandBarrierParts) {
    this.#parts = parts;
  }

  wait(): Promise<BarrierOutcome> {
    if (this.#waiting.size >= MAX_WAITING_BARRIERS) return Promise.resolve("late");
    return new Promise((resolve) => {
      const waiting: Waiting = {
        asked: this.#parts.now(),
        resolve,
        timer: this.#lookAfter(SETTLE_MILLISECONDS, () => waiting),
        isCovered: false,
        counts: undefined,
      };
      this.#waiting.add(waiting);
      this.#askIfNeeded();
    });
  }

  /** The program told its counts. */
  counted(counts: TcpdumpCounts): void {
    this.#askedAt = undefined;
    for (const waiting of this.#waiting) if (waiting.isCovered) waiting.counts ??= counts;
    this.delivered();
    this.#askIfNeeded();
  }

  /** Frames have come. */
  delivered(): void {
    if (this.#waiting.size === 0) return;
    const frames = this.#parts.delivered();
    for (const waiting of this.#waiting) {
      const { counts } = waiting;
      if (counts !== undefined && isAllDelivered(counts, frames) === true) {
        this.#answer(waiting, "complete");
      }
    }
  }

  /** The program is gone. */
  end(): void {
    for (const waiting of [...this.#waiting]) this.#answer(waiting, "late");
  }

  /** Counts answer who waited when they were asked for; who comes later needs those of the next request. */
  #askIfNeeded(): void {
    const { now, askCounts } = this.#parts;
    const isAsked = this.#askedAt !== undefined && now() - this.#askedAt < ASK_AGAIN_MILLISECONDS;
    const uncovered = [...this.#waiting].filter(({ isCovered }) => !isCovered);
    if (isAsked || uncovered.length === 0 || !askCounts()) return;
    this.#askedAt = now();
    for (const waiting of uncovered) waiting.isCovered = true;
  }

  /** Behind a turn of the event loop, since timers go before what has come meanwhile. */
  #lookAfter(milliseconds: number, waiting: () => Waiting): NodeJS.Timeout {
    return setTimeout(() => {
      setImmediate(() => {
        this.#look(waiting());
      });
    }, milliseconds);
  }

  #look(waiting: Waiting): void {
    if (!this.#waiting.has(waiting)) return;
    const now = this.#parts.now();
    if (this.#mayHaveSettled(waiting) && this.#parts.settling.isSettled(waiting.asked, now)) {
      this.#answer(waiting, "complete");
    } else if (now - waiting.asked >= BARRIER_BOUND_MILLISECONDS) {
      this.#answer(waiting, "late");
    } else {
      waiting.timer = this.#lookAfter(LOOK_AGAIN_MILLISECONDS, () => waiting);
    }
  }

  /** Where counts tell what is missing, time does not; and a program that was asked and does not answer is not at work. */
  #mayHaveSettled({ isCovered, counts }: Waiting): boolean {
    if (!isCovered) return this.#askedAt === undefined;
    return counts !== undefined && isAllDelivered(counts, this.#parts.delivered()) === undefined;
  }

  #answer(waiting: Waiting, outcome: BarrierOutcome): void {
    clearTimeout(waiting.timer);
    this.#waiting.delete(waiting);
    waiting.resolve(outcome);
  }
}
