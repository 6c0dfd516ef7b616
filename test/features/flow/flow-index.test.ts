import { beforeEach, describe, expect, it } from "vitest";
import { Flow } from "../../../features/flow/flow.ts";
import { FlowIndex } from "../../../features/flow/flow-index.ts";
import { EndpointKey, FlowKey } from "../../../features/flow/flow-key.ts";
import { NO_SLOT } from "../../../features/flow/slot-chains.ts";
import type { SegmentDescription } from "../../support/packet-builder.ts";
import { CLIENT, SERVER, tcp } from "../../support/tcp-exchange.ts";

const client = { address: "192.0.2.7", port: 40_000 };
const server = { address: "198.51.100.2", port: 25 };
const otherServer = { address: "198.51.100.3", port: 25 };

let index: FlowIndex;
let ordinal: number;

beforeEach(() => {
  index = new FlowIndex(7);
  ordinal = 0;
});

function keyOf(from: string, to: string): FlowKey {
  const key = new FlowKey(new EndpointKey(), new EndpointKey());
  key.read(tcp({ from, to }));
  return key;
}

/** Adds a flow that took one segment, a SYN unless described otherwise. */
function add(from: string, to: string, description: SegmentDescription = {}): number {
  const segment = tcp({ from, to, flags: "S", ...description });
  const options = { marks: false, interruptions: { count: 0 } };
  const flow = new Flow(ordinal++, keyOf(from, to), segment, options);
  flow.see(segment, true);
  return index.add(flow);
}

describe("FlowIndex.slotOf", () => {
  it("finds a flow from either of its ends", () => {
    const slot = add(CLIENT, SERVER);
    expect(index.slotOf(keyOf(CLIENT, SERVER))).toBe(slot);
    expect(index.slotOf(keyOf(SERVER, CLIENT))).toBe(slot);
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
    expect([index.size, index.all()]).toEqual([0, []]);
    expect(add("192.0.2.8:1", SERVER)).toBe(slot);
  });

  it("finds a hidden flow no more, though it keeps its slot", () => {
    const slot = add(CLIENT, SERVER);
    index.hide(slot);
    expect(index.slotOf(keyOf(CLIENT, SERVER))).toBe(NO_SLOT);
    expect(index.newestOf(client)).toBeUndefined();
    expect([index.size, index.all()]).toEqual([1, [index.at(slot)]]);
    index.remove(slot);
    expect(index.size).toBe(0);
  });
});

describe("FlowIndex.newestOf", () => {
  it("knows clients by address and port, however the address is written", () => {
    const slot = add("[2001:db8::7]:40000", "[2001:db8::2]:25");
    const found = index.newestOf({ address: "2001:0DB8:0:0::7", port: 40_000 });
    expect(found).toBe(index.at(slot));
    expect(index.newestOf({ address: "2001:db8::7", port: 40_001 })).toBeUndefined();
    expect(index.newestOf({ address: "2001:db8::8", port: 40_000 })).toBeUndefined();
  });

  it("takes an IPv4-mapped address for the IPv4 one", () => {
    const slot = add(CLIENT, SERVER);
    expect(index.newestOf({ ...client, address: "::ffff:192.0.2.7" })).toBe(index.at(slot));
  });

  it("does not take the server for a client", () => {
    add(CLIENT, SERVER);
    expect(index.newestOf(server)).toBeUndefined();
  });

  it("prefers the newest flow, unless the server is named", () => {
    const older = add(CLIENT, SERVER);
    const newer = add(CLIENT, "198.51.100.3:25");
    expect(index.newestOf(client)).toBe(index.at(newer));
    expect(index.newestOf(client, server)).toBe(index.at(older));
    expect(index.newestOf(client, otherServer)).toBe(index.at(newer));
  });

  it("answers with the newest where no flow went to the named server", () => {
    const slot = add(CLIENT, SERVER);
    expect(index.newestOf(client, { address: "10.0.0.1", port: 25 })).toBe(index.at(slot));
  });

  it.each(["unknown", "", "192.0.2", "2001:db8::g"])(
    "answers nothing for the address %o",
    (address) => {
      add(CLIENT, SERVER);
      expect(index.newestOf({ address, port: 40_000 })).toBeUndefined();
    },
  );

  it("follows a flow of which it turns out late who is the client", () => {
    const slot = add(SERVER, CLIENT, { flags: "A" });
    expect(index.newestOf(server)).toBe(index.at(slot));
    index.at(slot)?.see(tcp({ from: CLIENT, to: SERVER, flags: "S" }), false);
    index.clientChanged(slot);
    expect(index.newestOf(server)).toBeUndefined();
    expect(index.newestOf(client)).toBe(index.at(slot));
  });
});
