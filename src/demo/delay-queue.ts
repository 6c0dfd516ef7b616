/** Packets under way, the one that arrives next first. */

interface Held<Item> {
  readonly dueMs: number;
  /** Keeps the order of packets that are due at the same time. */
  readonly sequence: number;
  readonly item: Item;
}

/** A binary heap with room for `capacity` items. */
export class DelayQueue<Item> {
  readonly #capacity: number;
  readonly #heap: Held<Item>[] = [];
  #sequence = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#heap.length;
  }

  /** When the next item is due; undefined when there is none. */
  get nextDueMs(): number | undefined {
    return this.#heap[0]?.dueMs;
  }

  /** Takes an item in; false when the queue is full. */
  push(dueMs: number, item: Item): boolean {
    if (this.#heap.length >= this.#capacity) return false;
    this.#heap.push({ dueMs, sequence: this.#sequence++, item });
    this.#rise(this.#heap.length - 1);
    return true;
  }

  /** Takes out the first item that is due at `nowMs`; undefined when none is. */
  popDue(nowMs: number): Item | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.dueMs > nowMs) return undefined;
    const last = this.#heap.pop();
    if (last !== undefined && last !== first) {
      this.#heap[0] = last;
      this.#sink(0);
    }
    return first.item;
  }

  #rise(start: number): void {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#isBefore(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #sink(start: number): void {
    let index = start;
    for (;;) {
      const [left, right] = [2 * index + 1, 2 * index + 2];
      let first = index;
      if (this.#isBefore(left, first)) first = left;
      if (this.#isBefore(right, first)) first = right;
      if (first === index) return;
      this.#swap(index, first);
      index = first;
    }
  }

  /** False for an index beyond the heap's end. */
  #isBefore(index: number, other: number): boolean {
    const [held, rival] = [this.#heap[index], this.#heap[other]];
    if (held === undefined || rival === undefined) return false;
    return (
      held.dueMs < rival.dueMs || (held.dueMs === rival.dueMs && held.sequence < rival.sequence)
    );
  }

  #swap(index: number, other: number): void {
    const [held, rival] = [this.#heap[index], this.#heap[other]];
    if (held === undefined || rival === undefined) return;
    this.#heap[index] = rival;
    this.#heap[other] = held;
  }
}
