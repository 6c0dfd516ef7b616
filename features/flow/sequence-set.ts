/**
 * Holes that one side's stream may have before the lowest is taken for seen. A sender that lost every second segment of
 * a window of 64 KiB makes 22.
 */
export const MAX_INTERVALS = 128;

/** Bytes of a set on a 64-bit machine, without the intervals below the highest. */
const SET_BYTES = 96;

/**
 * The positions of a stream that were seen, as disjoint half-open intervals. A stream without holes is one interval, two
 * numbers; only a hole allocates. Positions are those of streamPosition, so they never wrap.
 */
export class SequenceSet {
  /** The highest interval; empty while nothing was seen. */
  #bottom = 0;
  #end = 0;
  /** The intervals below it, ascending: start, end, start, end … None touches its neighbour. */
  #lower: number[] | undefined;
  #holesClosed = false;

  /** The position behind the highest seen one. */
  get top(): number {
    return this.#end;
  }

  /** Where the highest seen interval begins. */
  get bottom(): number {
    return this.#bottom;
  }

  /** Whether all that was seen is one interval, exactly. */
  get isWhole(): boolean {
    return this.#lower === undefined && !this.#holesClosed;
  }

  /** Memory of the intervals, about. */
  get bytes(): number {
    return SET_BYTES + 8 * (this.#lower?.length ?? 0);
  }

  /** True when a hole had to be taken for seen, so that the set claims more than was seen. */
  get isInexact(): boolean {
    return this.#holesClosed;
  }

  /** Takes `[start, end)` in if it begins exactly where the set ends, which is the ordinary case. */
  append(start: number, end: number): boolean {
    if (start !== this.#end || this.#bottom === this.#end) return false;
    this.#end = end;
    return true;
  }

  /** Takes `[start, end)` in, wherever it lies. */
  add(start: number, end: number): void {
    if (start >= end) return;
    if (this.#bottom === this.#end) {
      this.#bottom = start;
      this.#end = end;
    } else if (start > this.#end) {
      this.#openHole(start, end);
    } else if (start >= this.#bottom) {
      this.#end = Math.max(this.#end, end);
    } else {
      this.#merge(start, end);
    }
  }

  /** The parts of `[start, end)` that were not seen, ascending: start, end, start, end … */
  unseen(start: number, end: number): number[] {
    const parts: number[] = [];
    let from = start;
    this.#eachInterval((seenFrom, seenTo) => {
      if (seenTo <= from || seenFrom >= end) return;
      if (seenFrom > from) parts.push(from, seenFrom);
      from = seenTo;
    });
    if (from < end) parts.push(from, end);
    return parts;
  }

  /** The first position from `from` on that was not seen. */
  firstUnseen(from: number): number {
    let position = from;
    this.#eachInterval((seenFrom, seenTo) => {
      if (seenFrom <= position && position < seenTo) position = seenTo;
    });
    return position;
  }

  #openHole(start: number, end: number): void {
    this.#lower ??= [];
    this.#lower.push(this.#bottom, this.#end);
    this.#bottom = start;
    this.#end = end;
    this.#keepBound();
  }

  /** Takes in an interval that begins below the highest one and may touch or cover others. */
  #merge(start: number, end: number): void {
    const below: number[] = [];
    const above: number[] = [];
    let from = start;
    let to = end;
    this.#eachInterval((seenFrom, seenTo) => {
      if (seenTo < start) {
        below.push(seenFrom, seenTo);
      } else if (seenFrom > end) {
        above.push(seenFrom, seenTo);
      } else {
        from = Math.min(from, seenFrom);
        to = Math.max(to, seenTo);
      }
    });
    const merged = [...below, from, to, ...above];
    this.#end = merged.pop() ?? 0;
    this.#bottom = merged.pop() ?? 0;
    this.#lower = merged.length > 0 ? merged : undefined;
    this.#keepBound();
  }

  /** Closes the lowest hole when there are too many: repeats of what was seen are still told apart above it. */
  #keepBound(): void {
    const lower = this.#lower;
    if (lower === undefined || lower.length < 2 * MAX_INTERVALS) return;
    lower.splice(1, 2);
    this.#holesClosed = true;
  }

  #eachInterval(visit: (start: number, end: number) => void): void {
    const lower = this.#lower ?? [];
    for (let index = 0; index + 1 < lower.length; index += 2) {
      visit(lower[index] ?? 0, lower[index + 1] ?? 0);
    }
    if (this.#bottom < this.#end) visit(this.#bottom, this.#end);
  }
}
