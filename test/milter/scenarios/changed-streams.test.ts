/** A good session whose bytes were changed, cut out, doubled or cut off anywhere: what a broken peer may send. */
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";

import type { Filter } from "../../../milter/filter.ts";
import { type Log, obedient, recorder } from "../support/filters.ts";
import { LONG_SESSION } from "../support/long-session.ts";
import { expectGoodTransaction, RawPeer } from "../support/raw-peer.ts";
import { serve } from "../support/served.ts";

/** At `at` so many bytes go, others come, and so many are said twice. */
const changes = fc.record({
  at: fc.nat({ max: LONG_SESSION.length }),
  removed: fc.oneof(fc.nat({ max: 12 }), fc.constant(LONG_SESSION.length)),
  put: fc.uint8Array({ maxLength: 12 }),
  doubled: fc.nat({ max: 100 }),
});

function changed(
  made: readonly { at: number; removed: number; put: Uint8Array; doubled: number }[],
) {
  let stream: Buffer = LONG_SESSION;
  for (const { at, removed, put, doubled } of made) {
    const before = stream.subarray(0, at + doubled);
    stream = Buffer.concat([before, put, stream.subarray(at + removed)]);
  }
  return stream;
}

/** Holds what is opened and closed against each other. */
function counted<C>(filter: Filter<C>) {
  const count = { opened: 0, closed: 0 };
  const counting: Filter<C> = {
    ...filter,
    open: (session) => {
      count.opened += 1;
      return filter.open(session);
    },
    close: (state) => {
      count.closed += 1;
      filter.close?.(state);
    },
  };
  return { count, counting };
}

describe.each([
  ["recorder", "tcp", (log: Log) => counted(recorder(log) as Filter<unknown>)],
  ["obedient", "unix", (log: Log) => counted(obedient(log) as Filter<unknown>)],
] as const)("scenario 2: a changed session to the %s over %s", (_, transport, make) => {
  it("is survived, gives everything back, and the next is served", async () => {
    const log: Log = [];
    const { count, counting } = make(log);
    const served = await serve(counting, transport);
    await fc.assert(
      fc.asyncProperty(fc.array(changes, { minLength: 1, maxLength: 4 }), async (made) => {
        const peer = await RawPeer.open(served);
        peer.say(changed(made));
        await peer.leave("end");
        expect(peer.unread.filter((line) => line.includes("Error"))).toEqual([]);
        log.splice(0);
      }),
      { numRuns: 100 },
    );
    await vi.waitUntil(() => served.server.counters.openConnections === 0, { interval: 1 });
    expect(count.closed).toBe(count.opened);
    expect(served.server.counters.reports["handler-error"]).toBe(0);
    await expectGoodTransaction(served);
  });
});
