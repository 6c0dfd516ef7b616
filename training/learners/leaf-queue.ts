/** What can be split next, and what the split would gain. */
export interface Open {
  readonly gain: number;
}

/** Open leaves of a tree that grows best first: a heap in an array, the greatest gain on top. */
export class LeafQueue<Leaf extends Open> {
  readonly #heap: Leaf[] = [];

  push(leaf: Leaf): void {
    let place = this.#heap.push(leaf) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.#gainAt(parent) >= leaf.gain) break;
      this.#move(parent, place);
      place = parent;
    }
    this.#heap[place] = leaf;
  }

  pop(): Leaf | undefined {
    const top = this.#heap[0];
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#sink(last);
    return top;
  }

  /** Finds the place from the top on where `leaf` stands above what gains less. */
  #sink(leaf: Leaf): void {
    let place = 0;
    for (;;) {
      const child = this.#greaterChild(place);
      if (this.#gainAt(child) <= leaf.gain) break;
      this.#move(child, place);
      place = child;
    }
    this.#heap[place] = leaf;
  }

  #greaterChild(place: number): number {
    const left = 2 * place + 1;
    return this.#gainAt(left + 1) > this.#gainAt(left) ? left + 1 : left;
  }

  #gainAt(place: number): number {
    return this.#heap[place]?.gain ?? -Infinity;
  }

  #move(from: number, to: number): void {
    const leaf = this.#heap[from];
    if (leaf !== undefined) this.#heap[to] = leaf;
  }
}
