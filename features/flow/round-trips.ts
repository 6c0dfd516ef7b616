/** Segments of one side that may wait for their acknowledgment; at the bound the lowest gives no sample. */
export const MAX_UNACKNOWLEDGED = 512;

/** Where the fields of a waiting segment lie in the queue. */
const START = 0;
const END = 1;
const SENT_AT = 2;
const LAST_SENT_AT = 3;
const FIELDS = 4;

/** Bytes of an empty queue on a 64-bit machine. */
const QUEUE_BYTES = 128;

/**
 * Round-trip samples from the segments of one side to the other side's acknowledgments, by Karn's rule (P. Karn and
 * C. Partridge, "Improving Round-Trip Time Estimates in Reliable Transport Protocols", SIGCOMM 1987; RFC 6298 §3).
 *
 * An acknowledgment gives a sample when it ends exactly where a segment ends that was sent once, and when nothing
 * that it covers was sent later than that segment: what came later may be what was waited for. Positions are stream
 * positions, times nanoseconds of one clock.
 */
export class RoundTrips {
  /** The waiting segments by position, disjoint, FIELDS numbers each; those before `head` are done with. */
  readonly #queue: number[] = [];
  #head = 0;
  #tail = 0;
  /** The latest time at which anything below the highest acknowledgment was sent. */
  #latestCovered: number;

  /** Goes on from what an earlier queue of the same side knew last; one that is idle knows nothing else. */
  constructor(latestCovered = -Infinity) {
    this.#latestCovered = latestCovered;
  }

  get latestCovered(): number {
    return this.#latestCovered;
  }

  /** Whether no segment waits. */
  get isIdle(): boolean {
    return this.#head === this.#tail;
  }

  /** Memory held, about. */
  get bytes(): number {
    return QUEUE_BYTES + 8 * this.#queue.length;
  }

  /** Notes positions that were sent for the first time. */
  sent(start: number, end: number, at: number): void {
    if (this.#tail - this.#head >= MAX_UNACKNOWLEDGED * FIELDS) this.#giveUpLowest();
    if (this.#head >= this.#tail - this.#head) this.#moveToFront();
    this.#insert(start, end, at);
  }

  /** Notes that `[start, end)`, some of it seen before, was sent again: what it touches gives no sample any more. */
  sentAgain(start: number, end: number, at: number): void {
    let touched = 0;
    for (let entry = this.#head; entry < this.#tail; entry += FIELDS) {
      const overlap = Math.min(end, this.#at(entry, END)) - Math.max(start, this.#at(entry, START));
      if (overlap <= 0) continue;
      touched += overlap;
      this.#queue[entry + SENT_AT] = NaN;
      this.#queue[entry + LAST_SENT_AT] = Math.max(at, this.#at(entry, LAST_SENT_AT));
    }
    if (touched < end - start) this.#cover(at);
  }

  /** Takes the acknowledgment of everything before `position`: the sample that it gives in nanoseconds, or NaN. */
  acknowledged(position: number, at: number): number {
    let sentAt = NaN;
    while (this.#head < this.#tail && this.#at(this.#head, END) <= position) {
      this.#cover(this.#at(this.#head, LAST_SENT_AT));
      sentAt = this.#at(this.#head, END) === position ? this.#at(this.#head, SENT_AT) : NaN;
      this.#head += FIELDS;
    }
    return sentAt >= this.#latestCovered ? Math.max(0, at - sentAt) : NaN;
  }

  /** Puts a segment in its place, which is the end unless segments overtook one another. */
  #insert(start: number, end: number, at: number): void {
    while (this.#queue.length < this.#tail + FIELDS) this.#queue.push(0);
    let entry = this.#tail;
    while (entry > this.#head && this.#at(entry - FIELDS, START) > start) entry -= FIELDS;
    if (entry < this.#tail) this.#queue.copyWithin(entry + FIELDS, entry, this.#tail);
    this.#queue[entry + START] = start;
    this.#queue[entry + END] = end;
    this.#queue[entry + SENT_AT] = at;
    this.#queue[entry + LAST_SENT_AT] = at;
    this.#tail += FIELDS;
  }

  /** Treats the lowest waiting segment as though it had been acknowledged without a sample. */
  #giveUpLowest(): void {
    this.#cover(this.#at(this.#head, LAST_SENT_AT));
    this.#head += FIELDS;
  }

  /** Uses the room of those done with again, once they are as many as those that wait. */
  #moveToFront(): void {
    this.#queue.copyWithin(0, this.#head, this.#tail);
    this.#tail -= this.#head;
    this.#head = 0;
  }

  #cover(sentAt: number): void {
    if (sentAt > this.#latestCovered) this.#latestCovered = sentAt;
  }

  #at(entry: number, field: number): number {
    return this.#queue[entry + field] ?? 0;
  }
}
