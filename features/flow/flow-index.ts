import { parseAddress } from "../decode/address.ts";
import { EndpointKey } from "./flow-key.ts";
import type { FlowKey } from "./flow-key.ts";
import { FlowKeys, MIRRORED, OTHER } from "./flow-keys.ts";
import type { Endpoint } from "./flow-record.ts";
import { NO_SLOT, SlotChains } from "./slot-chains.ts";

/** What is known of who is the client in a slot. */
export type IsClientSource = (slot: number) => boolean;

/**
 * Finds the numbered slots of flows by both ends, by the client's end, and by the client's address. A slot may be hidden,
 * because its ends began a newer flow: it stays taken and is found no more.
 */
export class FlowIndex {
  readonly keys = new FlowKeys();
  readonly #seed: number;
  readonly #isClientSource: IsClientSource;
  readonly #free: number[] = [];
  #used = 0;
  readonly #byClient = new SlotChains();
  readonly #byAddress = new SlotChains();
  /** Whether the key that slotOf found last was named the other way round. */
  #isMirrored = false;

  /** `seed` goes into the hashes of the keys. */
  constructor(seed: number, isClientSource: IsClientSource) {
    this.#seed = seed;
    this.#isClientSource = isClientSource;
  }

  /** Slots taken. */
  get size(): number {
    return this.#used - this.#free.length;
  }

  /** Slots that were ever taken: all numbers are below. */
  get end(): number {
    return this.#used;
  }

  get isMirrored(): boolean {
    return this.#isMirrored;
  }

  /** Takes a slot for a flow between these ends. */
  add(key: FlowKey, isClientSource: boolean): number {
    const slot = this.#free.pop() ?? this.#used++;
    this.keys.set(slot, key);
    this.#link(slot, isClientSource ? key.source : key.destination);
    return slot;
  }

  hide(slot: number): void {
    this.#byClient.remove(slot);
    this.#byAddress.remove(slot);
  }

  remove(slot: number): void {
    this.hide(slot);
    this.#free.push(slot);
  }

  /** Must be told when it has turned out that the other end is the client. */
  clientChanged(slot: number): void {
    const { source, destination } = this.keys.at(slot);
    this.hide(slot);
    this.#link(slot, this.#isClientSource(slot) ? source : destination);
  }

  /** The slot of the flow between the ends of `key`, whichever of them is named first; or NO_SLOT. */
  slotOf(key: FlowKey): number {
    const slot = this.#slotUnder(key.source.hash(this.#seed), key);
    return slot === NO_SLOT ? this.#slotUnder(key.destination.hash(this.#seed), key) : slot;
  }

  /** The slots of all flows of a client's address and port. */
  ofClient(client: Endpoint): number[] {
    const end = endpointKey(client);
    if (end === undefined) return [];
    const slots: number[] = [];
    let slot = this.#byClient.first(end.hash(this.#seed));
    for (; slot !== NO_SLOT; slot = this.#byClient.next(slot)) {
      if (this.keys.isEnd(slot, this.#isClientSource(slot), end)) slots.push(slot);
    }
    return slots;
  }

  /** Visits the other flows of the client of a slot, from whatever ports, the newest first, until `visit` says no. */
  eachNeighbour(slot: number, visit: (neighbour: number) => boolean): void {
    let other = this.#byAddress.firstBeside(slot);
    if (other === NO_SLOT || this.#byAddress.isAlone(slot)) return;
    const { source, destination } = this.keys.at(slot);
    const client = this.#isClientSource(slot) ? source : destination;
    for (; other !== NO_SLOT; other = this.#byAddress.next(other)) {
      if (other === slot) continue;
      if (!this.keys.isAddress(other, this.#isClientSource(other), client)) continue;
      if (!visit(other)) return;
    }
  }

  /** Whether the server of a slot is this end. */
  isServer(slot: number, server: Endpoint): boolean {
    const end = endpointKey(server);
    return end !== undefined && this.keys.isEnd(slot, !this.#isClientSource(slot), end);
  }

  #slotUnder(hash: number, key: FlowKey): number {
    for (
      let slot = this.#byClient.first(hash);
      slot !== NO_SLOT;
      slot = this.#byClient.next(slot)
    ) {
      const found = this.keys.compare(slot, key);
      if (found === OTHER) continue;
      this.#isMirrored = found === MIRRORED;
      return slot;
    }
    return NO_SLOT;
  }

  #link(slot: number, client: EndpointKey): void {
    this.#byClient.insert(slot, client.hash(this.#seed));
    this.#byAddress.insert(slot, client.addressHash(this.#seed));
  }
}

/** Undefined where the text is not an address. */
function endpointKey({ address, port }: Endpoint): EndpointKey | undefined {
  const bytes = parseAddress(address);
  if (bytes === undefined) return undefined;
  const key = new EndpointKey();
  key.read(bytes, 0, bytes.length === 4 ? 4 : 6);
  key.port = port;
  return key;
}
