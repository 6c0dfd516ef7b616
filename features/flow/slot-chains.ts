/** Ends a chain. */
export const NO_SLOT = -1;

const INITIAL_CAPACITY = 1024;

/** Stands before a slot that is in no chain. */
const OUTSIDE = -2;

/**
 * A hash index over numbered slots: for each hash a chain of the slots that were put in under it. Four integers a slot, no
 * object; what a slot holds, and whether it is the one that is looked for, is the caller's knowledge. A slot is taken out in
 * the same time however long its chain is.
 */
export class SlotChains {
  /** First slot of each bucket's chain. */
  #heads = new Int32Array(INITIAL_CAPACITY).fill(NO_SLOT);
  #following = new Int32Array(INITIAL_CAPACITY);
  #preceding = new Int32Array(INITIAL_CAPACITY).fill(OUTSIDE);
  #hashes = new Int32Array(INITIAL_CAPACITY);

  insert(slot: number, hash: number): void {
    if (slot >= this.#following.length) this.#grow(slot);
    this.#hashes[slot] = hash;
    this.#link(slot);
  }

  /** Takes a slot out of its chain; without effect where it is in none. */
  remove(slot: number): void {
    const after = this.#following[slot] ?? NO_SLOT;
    const before = this.#preceding[slot] ?? OUTSIDE;
    if (before === OUTSIDE) return;
    this.#preceding[slot] = OUTSIDE;
    if (before === NO_SLOT) this.#heads[this.#bucketOf(slot)] = after;
    else this.#following[before] = after;
    if (after !== NO_SLOT) this.#preceding[after] = before;
  }

  /** The first slot under `hash`, or NO_SLOT. */
  first(hash: number): number {
    return this.#matching(this.#heads[hash & (this.#heads.length - 1)] ?? NO_SLOT, hash);
  }

  /** The slot after `slot` under the same hash, or NO_SLOT. */
  next(slot: number): number {
    return this.#matching(this.#following[slot] ?? NO_SLOT, this.#hashes[slot] ?? 0);
  }

  /** The first slot under the hash of `slot`, which is in. */
  firstBeside(slot: number): number {
    return this.first(this.#hashes[slot] ?? 0);
  }

  /** Whether the chain of `slot` has no other slot, under whatever hash. */
  isAlone(slot: number): boolean {
    return this.#preceding[slot] === NO_SLOT && this.#following[slot] === NO_SLOT;
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
    const first = this.#heads[bucket] ?? NO_SLOT;
    this.#following[slot] = first;
    this.#preceding[slot] = NO_SLOT;
    if (first !== NO_SLOT) this.#preceding[first] = slot;
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
    this.#preceding = new Int32Array(capacity).fill(OUTSIDE);
    this.#heads = new Int32Array(capacity).fill(NO_SLOT);
    // From the last to the first, so that slots under one hash stay in their order, the newest first.
    for (let index = linked.length - 1; index >= 0; index--) this.#link(linked[index] ?? 0);
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
