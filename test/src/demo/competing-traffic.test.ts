import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CompetingTraffic } from "../../../src/demo/competing-traffic.ts";
import { seededRandom } from "../../../src/demo/seeded-random.ts";

const LIMITS = { bytesPerMs: 40, queueBytes: 20_000 };

/** Backlogs seen every 50 ms for so many milliseconds. */
function backlogs(load: number, offMs: number, forMs: number, seed = 1): number[] {
  const profile = { load, onMs: 1_000, offMs };
  const traffic = new CompetingTraffic(profile, LIMITS, seededRandom(seed));
  const seen: number[] = [];
  let backlog = 0;
  for (let at = 0; at < forMs; at += 50) {
    backlog = traffic.backlogAfter(backlog, at, at + 50);
    seen.push(backlog);
  }
  return seen;
}

describe("CompetingTraffic", () => {
  it("never holds more than the queue, nor less than nothing", () => {
    const loads = fc.double({ min: 0, max: 3, noNaN: true });
    fc.assert(
      fc.property(loads, fc.integer(), (load, seed) => {
        for (const backlog of backlogs(load, 500, 5_000, seed)) {
          expect(backlog).toBeGreaterThanOrEqual(0);
          expect(backlog).toBeLessThanOrEqual(LIMITS.queueBytes);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("keeps the queue more than half full when it offers more than the link carries", () => {
    const settled = backlogs(1.6, 0.001, 20_000).slice(100);
    const halfFull = settled.filter((backlog) => backlog >= LIMITS.queueBytes / 2);
    expect(halfFull.length).toBeGreaterThan(0.9 * settled.length);
  });

  it("leaves the queue nearly empty when it offers little", () => {
    const seen = backlogs(0.3, 500, 20_000);
    expect(Math.max(...seen)).toBeLessThan(LIMITS.queueBytes / 10);
  });

  it("lets a full queue drain at the link's rate while it is off", () => {
    const silent = { load: 0, onMs: 1_000, offMs: 1_000 };
    const traffic = new CompetingTraffic(silent, LIMITS, seededRandom(5));
    expect(traffic.backlogAfter(20_000, 0, 100)).toBeCloseTo(16_000);
    expect(traffic.backlogAfter(16_000, 100, 2_000)).toBe(0);
  });

  it("has quiet periods and busy ones", () => {
    const seen = backlogs(1.5, 1_500, 60_000);
    expect(seen.some((backlog) => backlog === 0)).toBe(true);
    expect(seen.some((backlog) => backlog > LIMITS.queueBytes / 2)).toBe(true);
  });
});
