import { describe, expect, it } from "vitest";
import { countMails, planBatch, type PlannedConnection } from "../../../src/demo/mail-plan.ts";
import type { Host, Manners } from "../../../src/demo/population.ts";

const MANNERS: Manners = {
  hello: "EHLO",
  pipelines: false,
  thinkMs: 0,
  leaves: "quit",
  simultaneous: 1,
  mailsPerConnection: 1,
  breaksOff: false,
};

function host(address: string, manners: Partial<Manners> = {}): Host {
  return {
    address,
    hostClass: "ham",
    kind: "test",
    link: { up: { delayMs: 0 }, down: { delayMs: 0 } },
    manners: { ...MANNERS, ...manners },
  };
}

function plan(hosts: readonly Host[], mailsPerHost = 4): readonly PlannedConnection[] {
  return planBatch({ name: "first", hosts, mailsPerHost, durationMs: 1_000, seed: 1 });
}

describe("planBatch", () => {
  it("gives every host its mails, each with an id of its own", () => {
    const connections = plan([host("10.99.16.1"), host("fd00:99::1:1")]);
    const ids = connections.flatMap(({ mails }) => mails.map(({ id }) => id));
    expect(new Set(ids).size).toBe(8);
    expect(ids).toContain("first.10-99-16-1.1");
    expect(ids).toContain("first.fd00-99-1-1.4");
    expect(countMails(connections)).toBe(8);
  });

  it("orders connections by their begin, all within the batch's time", () => {
    const starts = plan([host("10.99.16.1"), host("10.99.16.2")]).map(({ startMs }) => startMs);
    expect(starts).toEqual(starts.toSorted((left, right) => left - right));
    for (const start of starts) {
      expect(start).toBeGreaterThanOrEqual(0);
      expect(start).toBeLessThan(1_150);
    }
  });

  it("puts as many mails into a connection as the host does", () => {
    const connections = plan([host("10.99.16.1", { mailsPerConnection: 2 })], 5);
    expect(connections.map(({ mails }) => mails.length).toSorted()).toEqual([1, 2, 2]);
    expect(countMails(connections)).toBe(5);
  });

  it("begins connections together that the host has at the same time", () => {
    const connections = plan([host("10.99.16.1", { simultaneous: 3 })], 3);
    const starts = connections.map(({ startMs }) => startMs);
    expect(Math.max(...starts) - Math.min(...starts)).toBeLessThan(150);
  });

  it("adds a connection that is broken off, which no mail counts for", () => {
    const connections = plan([host("10.99.16.1", { breaksOff: true })]);
    const broken = connections.filter(({ breaksOff }) => breaksOff);
    expect(broken.map(({ mails }) => mails[0]?.id)).toEqual(["first.10-99-16-1.1.lost"]);
    expect(countMails(connections)).toBe(4);
  });

  it("plans nothing for no mails", () => {
    expect(plan([host("10.99.16.1", { breaksOff: true })], 0)).toEqual([]);
  });

  it("is the same for the same seed", () => {
    expect(plan([host("10.99.16.1")])).toEqual(plan([host("10.99.16.1")]));
  });
});
