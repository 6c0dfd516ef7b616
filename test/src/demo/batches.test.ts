import { describe, expect, it } from "vitest";
import { planDemo } from "../../../src/demo/batches.ts";
import { plainAddress } from "../../../src/demo/ip-packet.ts";
import { countMails, type PlannedConnection } from "../../../src/demo/mail-plan.ts";

const { hosts, classes, first, second, seed } = planDemo(true);

function sendersOf(connections: readonly PlannedConnection[]): Set<string> {
  return new Set(connections.map(({ address }) => address));
}

/** Mails of each class in a batch. */
function mailsByClass(connections: readonly PlannedConnection[]): Record<string, number> {
  const count = (wanted: string): number =>
    countMails(connections.filter(({ address }) => classes.get(plainAddress(address)) === wanted));
  return { ham: count("ham"), spam: count("spam") };
}

describe("planDemo", () => {
  it("knows the class of every host", () => {
    expect(classes.size).toBe(hosts.length);
    for (const { address, hostClass } of hosts) {
      expect(classes.get(plainAddress(address))).toBe(hostClass);
    }
  });

  it("has as much spam as ham in both batches", () => {
    expect(mailsByClass(first)).toEqual({ ham: 120, spam: 120 });
    expect(mailsByClass(second)).toEqual({ ham: 36, spam: 36 });
  });

  it("has mostly new hosts in the second batch, and some that it knows", () => {
    const known = [...sendersOf(second)].filter((address) => sendersOf(first).has(address));
    expect(sendersOf(second).size).toBe(36);
    expect(known.length).toBe(12);
  });

  it("has no host that does nothing", () => {
    const senders = new Set([...sendersOf(first), ...sendersOf(second)]);
    expect(senders).toEqual(new Set(hosts.map(({ address }) => address)));
  });

  it("is the same each time", () => {
    expect(planDemo(true)).toEqual({ hosts, classes, first, second, seed });
  });
});
