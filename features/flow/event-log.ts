/** Ends a chain of events. */
export const NO_EVENT = -1;

const INITIAL_CAPACITY = 256;

/** Short chains of times in one pair of arrays, each with the side that it is of: twelve bytes an event. */
export class EventLog {
  #times = new Float64Array(INITIAL_CAPACITY);
  /** Twice the event before it and one more where it is of the source, or NO_EVENT's double. */
  #before = new Int32Array(INITIAL_CAPACITY);
  readonly #free: number[] = [];
  #used = 0;

  get size(): number {
    return this.#used - this.#free.length;
  }

  /** Adds an event behind the one numbered `last`: its number. */
  add(last: number, time: number, fromSource: boolean): number {
    const event = this.#free.pop() ?? this.#used++;
    if (event >= this.#times.length) this.#grow();
    this.#times[event] = time;
    this.#before[event] = 2 * last + (fromSource ? 1 : 0);
    return event;
  }

  /** How many events end with the one numbered `last`. */
  count(last: number): number {
    let count = 0;
    for (let event = last; event !== NO_EVENT; event = this.#preceding(event)) count += 1;
    return count;
  }

  /** Visits them, the oldest first. */
  each(last: number, visit: (time: number, fromSource: boolean) => void): void {
    const events: number[] = [];
    for (let event = last; event !== NO_EVENT; event = this.#preceding(event)) events.push(event);
    for (const event of events.reverse()) {
      visit(this.#times[event] ?? 0, ((this.#before[event] ?? 0) & 1) === 1);
    }
  }

  /** Forgets them. */
  release(last: number): void {
    for (let event = last; event !== NO_EVENT; event = this.#preceding(event)) {
      this.#free.push(event);
    }
  }

  #preceding(event: number): number {
    return (this.#before[event] ?? 0) >> 1;
  }

  #grow(): void {
    const times = new Float64Array(2 * this.#times.length);
    const before = new Int32Array(2 * this.#before.length);
    times.set(this.#times);
    before.set(this.#before);
    this.#times = times;
    this.#before = before;
  }
}
