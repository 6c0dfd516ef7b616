import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OneWayLink, type OneWayProfile } from "../../../src/demo/link.ts";

/** Sends packets of 1,000 bytes, one each `everyMs`; gives the arrivals of each. */
function sendMany(
  profile: OneWayProfile,
  { count = 1_000, everyMs = 10, seed = 1 } = {},
): { link: OneWayLink; arrivals: (readonly number[])[] } {
  const link = new OneWayLink(profile, seed, "test up");
  const arrivals = Array.from({ length: count }, (_, index) => link.send(1_000, index * everyMs));
  return { link, arrivals };
}

/** Lengths of the runs of lost packets. */
function lossRuns(arrivals: readonly (readonly number[])[]): number[] {
  const text = arrivals.map((copies) => (copies.length === 0 ? "x" : "-")).join("");
  return [...text.matchAll(/x+/g)].map(([run]) => run.length);
}

describe("OneWayLink", () => {
  it("delivers a packet once, after the delay", () => {
    const { arrivals } = sendMany({ delayMs: 30 }, { count: 2 });
    expect(arrivals).toEqual([[30], [40]]);
  });

  it("adds up to the jitter, and keeps the order", () => {
    const { arrivals } = sendMany({ delayMs: 30, jitterMs: 25 });
    const times = arrivals.flat();
    expect(times).toEqual(times.toSorted((left, right) => left - right));
    times.forEach((time, index) => {
      expect(time).toBeGreaterThanOrEqual(index * 10 + 30);
      expect(time).toBeLessThan(index * 10 + 55);
    });
  });

  it("loses the share that it is told to", () => {
    const { link } = sendMany({ delayMs: 1, loss: 0.1 }, { count: 10_000 });
    expect(link.counters.lost).toBeGreaterThan(900);
    expect(link.counters.lost).toBeLessThan(1_100);
  });

  it("loses the same share in bursts of the mean length that it is told", () => {
    const profile = { delayMs: 1, loss: 0.1, lossBurst: 4 };
    const { link, arrivals } = sendMany(profile, { count: 40_000 });
    const runs = lossRuns(arrivals);
    const meanRun = link.counters.lost / runs.length;
    expect(link.counters.lost / 40_000).toBeGreaterThan(0.085);
    expect(link.counters.lost / 40_000).toBeLessThan(0.115);
    expect(meanRun).toBeGreaterThan(3.6);
    expect(meanRun).toBeLessThan(4.4);
  });

  it("forgets a burst when no packet has come for a while", () => {
    const profile = { delayMs: 1, loss: 0.1, lossBurst: 50 };
    const { arrivals } = sendMany(profile, { count: 5_000, everyMs: 1_000 });
    expect(Math.max(...lossRuns(arrivals))).toBeLessThanOrEqual(3);
  });

  it("lets later packets overtake one that it holds back", () => {
    const profile = { delayMs: 5, reorder: 0.05, reorderByMs: 35 };
    const { link, arrivals } = sendMany(profile);
    const times = arrivals.flat();
    const overtaken = times.filter((time, index) => time > (times[index + 1] ?? Infinity));
    expect(link.counters.reordered).toBeGreaterThan(20);
    expect(overtaken.length).toBeGreaterThan(10);
  });

  it("delivers duplicates right after their original", () => {
    const { link, arrivals } = sendMany({ delayMs: 5, duplicate: 0.02 });
    const twice = arrivals.filter((copies) => copies.length === 2);
    expect(twice.length).toBe(link.counters.duplicated);
    expect(twice.length).toBeGreaterThan(5);
    for (const [first = 0, second = 0] of twice) expect(second - first).toBeCloseTo(0.2);
  });

  it("sends packets that come at once one after another at its rate", () => {
    const profile = { delayMs: 0, rateKbit: 800, queueBytes: 10_000 };
    const { arrivals } = sendMany(profile, { count: 3, everyMs: 0 });
    expect(arrivals).toEqual([[10], [20], [30]]);
  });

  it("drops what finds the queue full, and takes packets again when it has drained", () => {
    const link = new OneWayLink({ delayMs: 0, rateKbit: 800, queueBytes: 2_500 }, 1, "test");
    const burst = [1, 2, 3].map(() => link.send(1_000, 0).length);
    expect(burst).toEqual([1, 1, 0]);
    expect(link.counters.queueFull).toBe(1);
    expect(link.send(1_000, 20)).toEqual([30]);
  });

  it("makes packets wait behind competing traffic that was there before them", () => {
    const competing = { load: 1.5, onMs: 60_000, offMs: 1 };
    const profile = { delayMs: 0, rateKbit: 400, queueBytes: 20_000, competing };
    const waits = [1, 2, 3, 4, 5].map((seed) => {
      const [arrival = 0] = new OneWayLink(profile, seed, "test").send(60, 1_000);
      return arrival - 1_000;
    });
    expect(Math.max(...waits)).toBeGreaterThan(200);
    expect(Math.max(...waits)).toBeLessThanOrEqual(400);
  });

  it("meets each packet with the same luck in every run with the same seed", () => {
    const profile = { delayMs: 9, jitterMs: 20, loss: 0.2, reorder: 0.1, duplicate: 0.1 };
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const run = { count: 30, seed };
        expect(sendMany(profile, run).arrivals).toEqual(sendMany(profile, run).arrivals);
      }),
    );
  });

  it("loses packets of the same numbers whatever else the profile asks for", () => {
    const lossesOf = (profile: OneWayProfile): number[] =>
      sendMany(profile).arrivals.flatMap((copies, index) => (copies.length === 0 ? [index] : []));
    const plain = lossesOf({ delayMs: 1, loss: 0.05 });
    expect(lossesOf({ delayMs: 70, loss: 0.05, jitterMs: 9, duplicate: 0.5 })).toEqual(plain);
    expect(plain.length).toBeGreaterThan(20);
  });

  it("counts packets and bytes, lost ones too", () => {
    const { link } = sendMany({ delayMs: 1, loss: 1 }, { count: 4 });
    expect(link.counters).toMatchObject({ packets: 4, bytes: 4_000, lost: 4 });
  });
});
