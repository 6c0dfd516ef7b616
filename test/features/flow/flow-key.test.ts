import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EndpointKey, FlowKey } from "../../../features/flow/flow-key.ts";
import { tcp } from "../../support/tcp-exchange.ts";

function keyOf(from: string, to: string): FlowKey {
  const key = new FlowKey(new EndpointKey(), new EndpointKey());
  key.read(tcp({ from, to }));
  return key;
}

const V4 = ["192.0.2.7:40000", "198.51.100.2:25"] as const;
const V6 = ["[2001:db8::7]:40000", "[2001:db8:ffff::2]:25"] as const;

describe("FlowKey", () => {
  it.each([
    ["IPv4", V4, "192.0.2.7", "198.51.100.2"],
    ["IPv6", V6, "2001:db8::7", "2001:db8:ffff::2"],
  ])("reads both ends of an %s segment", (_, [from, to], source, destination) => {
    const key = keyOf(from, to);
    expect(key.source.endpoint()).toEqual({ address: source, port: 40_000 });
    expect(key.destination.endpoint()).toEqual({ address: destination, port: 25 });
  });

  it.each([V4, V6])("of %s knows its other direction, with the same hash", (from, to) => {
    const there = keyOf(from, to);
    const back = keyOf(to, from);
    expect(there.hash(1)).toBe(back.hash(1));
    expect(there.mirrors(back)).toBe(true);
    expect(there.equals(back)).toBe(false);
    expect(there.equals(keyOf(from, to))).toBe(true);
  });

  it.each([
    ["another client port", "192.0.2.7:40001", V4[1]],
    ["another client", "192.0.2.8:40000", V4[1]],
    ["another server", V4[0], "198.51.100.3:25"],
    ["another server port", V4[0], "198.51.100.2:587"],
    ["the ports exchanged", "192.0.2.7:25", "198.51.100.2:40000"],
    [
      "IPv6 addresses that end in the same words",
      "[2001:db8::c000:207]:40000",
      "[2001:db8::c633:6402]:25",
    ],
  ])("differs with %s", (_, from, to) => {
    const key = keyOf(...V4);
    const other = keyOf(from, to);
    expect(key.equals(other) || key.mirrors(other)).toBe(false);
    expect(key.hash(1)).not.toBe(other.hash(1));
  });

  it("keeps a copy as it was", () => {
    const key = keyOf(...V4);
    const copy = key.copy();
    key.read(tcp({ from: V6[0], to: V6[1] }));
    expect(copy.equals(keyOf(...V4))).toBe(true);
    expect(key.equals(keyOf(...V6))).toBe(true);
  });
});

describe("the hash of FlowKey", () => {
  it("depends on the seed", () => {
    expect(keyOf(...V4).hash(1)).not.toBe(keyOf(...V4).hash(2));
  });

  it("spreads neighbouring clients over the buckets of a table", () => {
    const buckets = new Set<number>();
    for (let client = 0; client < 4_096; client++) {
      const from = `192.0.${client >> 8}.${client & 255}:${1_024 + (client % 7)}`;
      buckets.add(keyOf(from, V4[1]).hash(7) & 4_095);
    }
    expect(buckets.size).toBeGreaterThan(0.55 * 4_096);
  });

  it("is a 32-bit integer", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.nat(65_535),
        (bytes, port) => {
          const key = new EndpointKey();
          key.read(bytes, 0, 6);
          key.port = port;
          const hash = key.hash(port);
          expect(hash).toBe(hash | 0);
        },
      ),
    );
  });
});
