import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventLog, NO_EVENT } from "../../../features/flow/event-log.ts";

function eventsOf(log: EventLog, last: number): [number, boolean][] {
  const events: [number, boolean][] = [];
  log.each(last, (time, fromSource) => events.push([time, fromSource]));
  return events;
}

describe("EventLog", () => {
  it("has nothing in a chain that was not begun", () => {
    const log = new EventLog();
    expect([log.count(NO_EVENT), eventsOf(log, NO_EVENT), log.size]).toEqual([0, [], 0]);
  });

  it("keeps chains apart, each in its order, whatever the times are", () => {
    const event = fc.record({
      chain: fc.nat(3),
      time: fc.integer({ min: -1e12, max: 1e15 }),
      fromSource: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 600 }), (events) => {
        const log = new EventLog();
        const last = [NO_EVENT, NO_EVENT, NO_EVENT, NO_EVENT];
        for (const { chain, time, fromSource } of events) {
          last[chain] = log.add(last[chain] ?? NO_EVENT, time, fromSource);
        }
        for (const [chain, end] of last.entries()) {
          const expected = events.filter((each) => each.chain === chain);
          expect(log.count(end)).toBe(expected.length);
          expect(eventsOf(log, end)).toEqual(
            expected.map(({ time, fromSource }) => [time, fromSource]),
          );
        }
      }),
      { numRuns: 30 },
    );
  });

  it("uses the room of what was released again", () => {
    const log = new EventLog();
    const last = log.add(log.add(NO_EVENT, 1, true), 2, false);
    const other = log.add(NO_EVENT, 3, true);
    log.release(last);
    expect(log.size).toBe(1);
    const again = log.add(log.add(other, 4, false), 5, true);
    expect([log.size, again < 3]).toEqual([3, true]);
    expect(eventsOf(log, again)).toEqual([
      [3, true],
      [4, false],
      [5, true],
    ]);
  });
});
