import { EndpointKey, FlowKey, IPV4_MAPPED } from "./flow-key.ts";

const INITIAL_CAPACITY = 1024;

/** Words of an end: the address and the port; and of both ends. */
const END_WORDS = 5;
const KEY_WORDS = 2 * END_WORDS;

/** How a key is to one that is kept. */
export const OTHER = 0;
export const SAME = 1;
export const MIRRORED = 2;

/** The ends of flows in numbered slots, forty bytes each. */
export class FlowKeys {
  #words = new Int32Array(INITIAL_CAPACITY * KEY_WORDS);

  set(slot: number, key: FlowKey): void {
    const at = slot * KEY_WORDS;
    if (at + KEY_WORDS > this.#words.length) this.#grow(at + KEY_WORDS);
    this.#write(at, key.source);
    this.#write(at + END_WORDS, key.destination);
  }

  /** A copy of the key. */
  at(slot: number): FlowKey {
    return new FlowKey(this.#read(slot * KEY_WORDS), this.#read(slot * KEY_WORDS + END_WORDS));
  }

  isIpv4(slot: number): boolean {
    const at = slot * KEY_WORDS;
    const words = this.#words;
    return words[at] === 0 && words[at + 1] === 0 && words[at + 2] === IPV4_MAPPED;
  }

  /** Whether the ends in the slot are those of `key`, named in the same order or mirrored. */
  compare(slot: number, key: FlowKey): number {
    const at = slot * KEY_WORDS;
    const other = at + END_WORDS;
    if (this.#isEnd(at, key.source) && this.#isEnd(other, key.destination)) return SAME;
    return this.#isEnd(at, key.destination) && this.#isEnd(other, key.source) ? MIRRORED : OTHER;
  }

  isEnd(slot: number, isSource: boolean, end: EndpointKey): boolean {
    return this.#isEnd(slot * KEY_WORDS + (isSource ? 0 : END_WORDS), end);
  }

  isAddress(slot: number, isSource: boolean, end: EndpointKey): boolean {
    return this.#isAddress(slot * KEY_WORDS + (isSource ? 0 : END_WORDS), end);
  }

  #isEnd(at: number, end: EndpointKey): boolean {
    return this.#words[at + 4] === end.port && this.#isAddress(at, end);
  }

  #isAddress(at: number, end: EndpointKey): boolean {
    const words = this.#words;
    return (
      words[at + 3] === end.d &&
      words[at + 2] === end.c &&
      words[at + 1] === end.b &&
      words[at] === end.a
    );
  }

  #write(at: number, end: EndpointKey): void {
    const words = this.#words;
    words[at] = end.a;
    words[at + 1] = end.b;
    words[at + 2] = end.c;
    words[at + 3] = end.d;
    words[at + 4] = end.port;
  }

  #read(at: number): EndpointKey {
    const words = this.#words;
    const end = new EndpointKey();
    end.a = words[at] ?? 0;
    end.b = words[at + 1] ?? 0;
    end.c = words[at + 2] ?? 0;
    end.d = words[at + 3] ?? 0;
    end.port = words[at + 4] ?? 0;
    return end;
  }

  #grow(needed: number): void {
    let length = this.#words.length;
    while (length < needed) length *= 2;
    const words = new Int32Array(length);
    words.set(this.#words);
    this.#words = words;
  }
}
