import { beforeEach, describe, expect, it } from "vitest";
import { FlowIndex } from "../../../features/flow/flow-index.ts";
import { EndpointKey, FlowKey } from "../../../features/flow/flow-key.ts";
import { NO_SLOT } from "../../../features/flow/slot-chains.ts";
import { CLIENT, SERVER, tcp } from "../../support/tcp-exchange.ts";

const client = { address: "192.0.2.7", port: 40_000 };
const server = { address: "198.51.100.2", port: 25 };

let index: FlowIndex;
/** Slots whose client is the destination. */
let reversed: Set<number>;

beforeEach(() => {
  reversed = new Set();
  index = new FlowIndex(7, (slot) => !reversed.has(slot));
});

function keyOf(from: string, to: string): FlowKey {
  const key = new FlowKey(new EndpointKey(), new EndpointKey());
  key.read(tcp({ from, to }));
  return key;
}

function add(from: string, to: string): number {
  return index.add(keyOf(from, to), true);
}

describe("FlowIndex.slotOf", () => {
  it("finds a flow from either of its ends, and says which was named first", () => {
    const slot = add(CLIENT, SERVER);
    expect([index.slotOf(keyOf(CLIENT, SERVER)), index.isMirrored]).toEqual([slot, false]);
    expect([index.slotOf(keyOf(SERVER, CLIENT)), index.isMirrored]).toEqual([slot, true]);
    expect(index.slotOf(keyOf(CLIENT, "198.51.100.3:25"))).toBe(NO_SLOT);
  });

  it("finds each of many", () => {
    const clients = Array.from(
      { length: 5_000 },
      (_, each) => `10.1.${each >> 8}.${each & 255}:5000`,
    );
    const slots = clients.map((each) => add(each, SERVER));
    expect(clients.map((each) => index.slotOf(keyOf(SERVER, each)))).toEqual(slots);
  });

  it("finds a flow no more that was removed, and uses its slot again", () => {
    const slot = add(CLIENT, SERVER);
    index.remove(slot);
    expect(index.slotOf(keyOf(CLIENT, SERVER))).toBe(NO_SLOT);
    expect(index.size).toBe(0);
    expect(add("192.0.2.8:1", SERVER)).toBe(slot);
  });

  it("finds a hidden flow no more, though it keeps its slot", () => {
    const slot = add(CLIENT, SERVER);
    index.hide(slot);
    expect(index.slotOf(keyOf(CLIENT, SERVER))).toBe(NO_SLOT);
    expect([index.ofClient(client), index.size]).toEqual([[], 1]);
    index.remove(slot);
    expect(index.size).toBe(0);
  });
});

describe("FlowIndex.ofClient", () => {
  it("knows clients by address and port, however the address is written", () => {
    const slot = add("[2001:db8::7]:40000", "[2001:db8::2]:25");
    expect(index.ofClient({ address: "2001:0DB8:0:0::7", port: 40_000 })).toEqual([slot]);
    expect(index.ofClient({ address: "2001:db8::7", port: 40_001 })).toEqual([]);
    expect(index.ofClient({ address: "2001:db8::8", port: 40_000 })).toEqual([]);
  });

  it("takes an IPv4-mapped address for the IPv4 one", () => {
    const slot = add(CLIENT, SERVER);
    expect(index.ofClient({ ...client, address: "::ffff:192.0.2.7" })).toEqual([slot]);
  });

  it("does not take the server for a client", () => {
    const slot = add(CLIENT, SERVER);
    expect(index.ofClient(server)).toEqual([]);
    expect([index.isServer(slot, server), index.isServer(slot, client)]).toEqual([true, false]);
  });

  it.each(["unknown", "", "192.0.2", "2001:db8::g"])(
    "has nothing for the address %o",
    (address) => {
      add(CLIENT, SERVER);
      expect(index.ofClient({ address, port: 40_000 })).toEqual([]);
      expect(index.isServer(0, { address, port: 25 })).toBe(false);
    },
  );

  it("follows a flow of which it turns out late who is the client", () => {
    const slot = add(SERVER, CLIENT);
    expect(index.ofClient(server)).toEqual([slot]);
    reversed.add(slot);
    index.clientChanged(slot);
    expect([index.ofClient(server), index.ofClient(client)]).toEqual([[], [slot]]);
    expect(index.slotOf(keyOf(SERVER, CLIENT))).toBe(slot);
  });
});

describe("FlowIndex.eachNeighbour", () => {
  function neighboursOf(slot: number, enough = Infinity): number[] {
    const found: number[] = [];
    index.eachNeighbour(slot, (neighbour) => found.push(neighbour) < enough);
    return found;
  }

  it("visits the client's flows from other ports and to other servers, the newest first", () => {
    const [first, second, third] = [
      add(CLIENT, SERVER),
      add("192.0.2.7:40001", SERVER),
      add("192.0.2.7:9", "198.51.100.3:587"),
    ];
    add("192.0.2.8:40000", SERVER);
    add(SERVER, "203.0.113.1:25");
    expect(neighboursOf(first)).toEqual([third, second]);
    expect(neighboursOf(second)).toEqual([third, first]);
  });

  it("visits none where the client has no other flow, and no hidden one", () => {
    const slot = add(CLIENT, SERVER);
    expect(neighboursOf(slot)).toEqual([]);
    index.hide(add("192.0.2.7:40001", SERVER));
    expect(neighboursOf(slot)).toEqual([]);
  });

  it("stops when it is told that this is enough", () => {
    const slot = add(CLIENT, SERVER);
    for (let port = 1; port <= 20; port++) add(`192.0.2.7:${port}`, SERVER);
    expect(neighboursOf(slot, 5)).toHaveLength(5);
  });
});
