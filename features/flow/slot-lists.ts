import { NO_SLOT } from "./slot-chains.ts";

const INITIAL_CAPACITY = 1024;

/**
 * A few lists over numbered slots, each slot in one of them at most. Appending, removing and looking at the head take the
 * same time however long the lists are: a slot that is appended at each use makes its list one of who was silent longest.
 */
export class SlotLists {
  readonly #lists: number;
  /** Nodes 0 … lists − 1 close the rings of the lists; slot s is node s + lists. */
  #before: Int32Array;
  #after: Int32Array;

  constructor(lists: number) {
    this.#lists = lists;
    this.#before = Int32Array.from({ length: lists + INITIAL_CAPACITY }, (_, node) => node);
    this.#after = this.#before.slice();
  }

  /** Puts a slot, which must not be in any list, at the end of one. */
  append(list: number, slot: number): void {
    const node = slot + this.#lists;
    if (node >= this.#after.length) this.#grow(node);
    const last = this.#before[list] ?? list;
    this.#before[node] = last;
    this.#after[node] = list;
    this.#after[last] = node;
    this.#before[list] = node;
  }

  /** Takes a slot out of its list; without effect where it is in none. */
  remove(slot: number): void {
    const node = slot + this.#lists;
    const before = this.#before[node] ?? node;
    const after = this.#after[node] ?? node;
    this.#after[before] = after;
    this.#before[after] = before;
    this.#before[node] = node;
    this.#after[node] = node;
  }

  /** The first slot of a list, or NO_SLOT. */
  first(list: number): number {
    const node = this.#after[list] ?? list;
    return node === list ? NO_SLOT : node - this.#lists;
  }

  #grow(node: number): void {
    let capacity = this.#after.length;
    while (capacity <= node) capacity *= 2;
    const before = Int32Array.from({ length: capacity }, (_, index) => index);
    const after = before.slice();
    before.set(this.#before);
    after.set(this.#after);
    this.#before = before;
    this.#after = after;
  }
}
