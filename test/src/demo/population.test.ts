import { isIPv4, isIPv6 } from "node:net";
import { describe, expect, it } from "vitest";
import { makePopulation, type Host } from "../../../src/demo/population.ts";

const HOSTS = makePopulation({ seed: 1, perClass: 50, withIpv6: true });

function countBy(hosts: readonly Host[], keyOf: (host: Host) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const host of hosts) counts.set(keyOf(host), (counts.get(keyOf(host)) ?? 0) + 1);
  return counts;
}

describe("makePopulation", () => {
  it("makes as many hosts of each class as asked for", () => {
    expect(countBy(HOSTS, ({ hostClass }) => hostClass)).toEqual(
      new Map([
        ["ham", 50],
        ["spam", 50],
      ]),
    );
  });

  it("gives each host an address of its own in the lab's networks", () => {
    const addresses = HOSTS.map(({ address }) => address);
    expect(new Set(addresses).size).toBe(HOSTS.length);
    for (const address of addresses) expect(address).toMatch(/^(10\.99\.16\.|fd00:99::1:)/);
  });

  it("keeps addresses possible in a large population", () => {
    const large = makePopulation({ seed: 1, perClass: 1_000, withIpv6: false });
    const last = large.at(-1)?.address ?? "";
    expect(isIPv4(last)).toBe(true);
    expect(last).toBe("10.99.23.223");
  });

  it("refuses more hosts than there are addresses", () => {
    const tooMany = { seed: 1, perClass: 1_001, withIpv6: false };
    expect(() => makePopulation(tooMany)).toThrow("at most 1000 hosts");
  });

  it("gives both classes IPv6 addresses, unless the kernel has none", () => {
    const speakers = HOSTS.filter(({ address }) => isIPv6(address));
    expect(countBy(speakers, ({ hostClass }) => hostClass)).toEqual(
      new Map([
        ["spam", 10],
        ["ham", 10],
      ]),
    );
    const without = makePopulation({ seed: 1, perClass: 50, withIpv6: false });
    expect(without.every(({ address }) => isIPv4(address))).toBe(true);
  });

  it("mixes the kinds by their shares", () => {
    const kinds = countBy(HOSTS, ({ kind }) => kind);
    expect(kinds.get("mail server, near")).toBe(20);
    expect(kinds.get("bot, crowded DSL")).toBe(21);
    expect(kinds.get("bot, rented server")).toBe(6);
  });

  it("is the same for the same seed, and another for another", () => {
    expect(makePopulation({ seed: 1, perClass: 50, withIpv6: true })).toEqual(HOSTS);
    expect(makePopulation({ seed: 2, perClass: 50, withIpv6: true })).not.toEqual(HOSTS);
  });

  it("has mail servers that take their leave, and some bots that do not", () => {
    const leaving = (hostClass: string): Set<string> =>
      new Set(
        HOSTS.filter((host) => host.hostClass === hostClass).map(({ manners }) => manners.leaves),
      );
    expect(leaving("ham")).toEqual(new Set(["quit"]));
    expect(leaving("spam")).toEqual(new Set(["quit", "reset", "vanish"]));
  });

  it("lets the resets of just those hosts vanish that vanish themselves", () => {
    for (const { manners, link } of HOSTS) {
      expect(link.swallowsResets).toBe(manners.leaves === "vanish");
    }
  });
});
