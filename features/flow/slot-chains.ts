/** Ends a chain. */
export const NO_SLOT = -1;

const INITIAL_CAPACITY = 1024;

/**
 * A hash index over numbered slots: for each hash a chain of the slots that were put in under it. Three integers a slot,
 * no object; what a slot holds, and whether it is the one that is looked for, is the caller's knowledge.
 */
export class SlotChains {
  /** First slot of each bucket's chain. */
  #heads = new Int32Array(INITIAL_CAPACITY).fill(NO_SLOT);
  #following = new Int32Array(INITIAL_CAPACITY);
  #hashes = new Int32Array(INITIAL_CAPACITY);

  insert(slot: number, hash: number): void {
    if (slot >= this.#following.length) this.#grow(slot);
    this.#hashes[slot] = hash;
    this.#link(slot);
  }

  remove(slot: number): void {
    const bucket = this.#bucketOf(slot);
    const after = this.#following[slot] ?? NO_SLOT;
    let before = this.#heads[bucket] ?? NO_SLOT;
    if (before === slot) {
      this.#heads[bucket] = after;
      return;
    }
    while (before !== NO_SLOT && this.#following[before] !== slot) {
      before = this.#following[before] ?? NO_SLOT;
    }
    if (before !== NO_SLOT) this.#following[before] = after;
  }

  /** The first slot under `hash`, or NO_SLOT. */
  first(hash: number): number {
    return this.#matching(this.#heads[hash & (this.#heads.length - 1)] ?? NO_SLOT, hash);
  }

  /** The slot after `slot` under the same hash, or NO_SLOT. */
  next(slot: number): number {
    return this.#matching(this.#following[slot] ?? NO_SLOT, this.#hashes[slot] ?? 0);
  }

  #matching(from: number, hash: number): number {
    let slot = from;
    while (slot !== NO_SLOT && this.#hashes[slot] !== hash) slot = this.#following[slot] ?? NO_SLOT;
    return slot;
  }

  #bucketOf(slot: number): number {
    return (this.#hashes[slot] ?? 0) & (this.#heads.length - 1);
  }

  #link(slot: number): void {
    const bucket = this.#bucketOf(slot);
    this.#following[slot] = this.#heads[bucket] ?? NO_SLOT;
    this.#heads[bucket] = slot;
  }

  /** Doubles the room and the buckets, so that a chain stays about one slot long. */
  #grow(slot: number): void {
    const linked = this.#linkedSlots();
    let capacity = this.#following.length;
    while (capacity <= slot) capacity *= 2;
    const hashes = new Int32Array(capacity);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    this.#following = new Int32Array(capacity);
    this.#heads = new Int32Array(capacity).fill(NO_SLOT);
    for (const each of linked) this.#link(each);
  }

  #linkedSlots(): number[] {
    const linked: number[] = [];
    for (const head of this.#heads) {
      for (let slot = head; slot !== NO_SLOT; slot = this.#following[slot] ?? NO_SLOT) {
        linked.push(slot);
      }
    }
    return linked;
  }
}
