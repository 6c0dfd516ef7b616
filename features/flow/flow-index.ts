import { parseAddress } from "../decode/address.ts";
import type { Flow } from "./flow.ts";
import { EndpointKey } from "./flow-key.ts";
import type { FlowKey } from "./flow-key.ts";
import type { Endpoint } from "./flow-record.ts";
import { NO_SLOT, SlotChains } from "./slot-chains.ts";

/**
 * Flows in numbered slots, found by both ends and by the client's end. A flow may be hidden, because its ends began a
 * newer one: it keeps its slot and is found no more.
 */
export class FlowIndex {
  readonly #seed: number;
  readonly #slots: (Flow | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #byEnds = new SlotChains();
  readonly #byClient = new SlotChains();

  /** `seed` goes into the hashes of the keys. */
  constructor(seed: number) {
    this.#seed = seed;
  }

  get size(): number {
    return this.#slots.length - this.#free.length;
  }

  at(slot: number): Flow | undefined {
    return this.#slots[slot];
  }

  /** All flows, hidden ones too, in no order. */
  all(): Flow[] {
    return this.#slots.filter((flow) => flow !== undefined);
  }

  /** Gives a flow a slot. */
  add(flow: Flow): number {
    const slot = this.#free.pop() ?? this.#slots.length;
    this.#slots[slot] = flow;
    this.#byEnds.insert(slot, flow.key.hash(this.#seed));
    this.#byClient.insert(slot, flow.clientKey.hash(this.#seed));
    return slot;
  }

  hide(slot: number): void {
    this.#byEnds.remove(slot);
    this.#byClient.remove(slot);
  }

  remove(slot: number): void {
    this.hide(slot);
    this.#slots[slot] = undefined;
    this.#free.push(slot);
  }

  /** Must be told when it has turned out that the other end is the client. */
  clientChanged(slot: number): void {
    const flow = this.#slots[slot];
    if (flow === undefined) return;
    this.#byClient.remove(slot);
    this.#byClient.insert(slot, flow.clientKey.hash(this.#seed));
  }

  /** The slot of the flow between the ends of `key`, whichever of them is named first; or NO_SLOT. */
  slotOf(key: FlowKey): number {
    const hash = key.hash(this.#seed);
    for (let slot = this.#byEnds.first(hash); slot !== NO_SLOT; slot = this.#byEnds.next(slot)) {
      const known = this.#slots[slot]?.key;
      if (known !== undefined && (known.equals(key) || known.mirrors(key))) return slot;
    }
    return NO_SLOT;
  }

  /**
   * The newest flow of a client's address and port. `server` only breaks ties: it chooses among flows of that client,
   * and where none of them went there the newest is the answer all the same.
   */
  newestOf(client: Endpoint, server?: Endpoint): Flow | undefined {
    const flows = this.#flowsOf(client);
    const serverKey = server === undefined ? undefined : endpointKey(server);
    if (serverKey === undefined) return newest(flows);
    return newest(flows.filter((flow) => flow.serverKey.equals(serverKey))) ?? newest(flows);
  }

  #flowsOf(client: Endpoint): Flow[] {
    const key = endpointKey(client);
    if (key === undefined) return [];
    const flows: Flow[] = [];
    const hash = key.hash(this.#seed);
    for (
      let slot = this.#byClient.first(hash);
      slot !== NO_SLOT;
      slot = this.#byClient.next(slot)
    ) {
      const flow = this.#slots[slot];
      if (flow?.clientKey.equals(key) === true) flows.push(flow);
    }
    return flows;
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

function newest(flows: readonly Flow[]): Flow | undefined {
  let best = flows[0];
  for (const flow of flows) if (best === undefined || flow.ordinal > best.ordinal) best = flow;
  return best;
}
