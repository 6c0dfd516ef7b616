import { describe, expect, it } from "vitest";

import type { Filter } from "../../milter/filter.ts";
import { BoundFilter } from "../../milter/filter-calls.ts";
import { DEFAULT_LIMITS } from "../../milter/limits.ts";
import { SessionView } from "../../milter/session-view.ts";

const MAIL = { kind: "mail", sender: "<a@b>", arguments: [] } as const;

function bind(filter: Partial<Filter<number>>) {
  const view = new SessionView({
    id: 7,
    transport: "tcp",
    countedHeaders: undefined,
    limits: DEFAULT_LIMITS,
  });
  const faults: string[] = [];
  const complete: Filter<number> = {
    open: ({ id }) => id,
    endOfMessage: () => ({ decision: { kind: "accept" } }),
    ...filter,
  };
  const calls = new BoundFilter(complete, view, (callback, error) => {
    faults.push(`${callback} ${String(error)}`);
  });
  return { calls, faults };
}

describe("BoundFilter", () => {
  it("opens one state at the first event, and closes it once", () => {
    const log: string[] = [];
    const { calls } = bind({
      open: ({ id }) => log.push(`open ${id}`),
      observe: { mail: (state) => void log.push(`mail ${state}`) },
      abort: (state) => void log.push(`abort ${state}`),
      close: (state) => void log.push(`close ${state}`),
    });
    calls.abort();
    calls.close();
    calls.watch(MAIL);
    calls.watch(MAIL);
    calls.abort();
    calls.close();
    calls.close();
    expect(log).toEqual(["open 7", "mail 1", "mail 1", "abort 1", "close 1"]);
  });

  it("does not open a state for an event that nobody watches", () => {
    const { calls, faults } = bind({
      open: () => {
        throw new Error("opened");
      },
    });
    calls.watch(MAIL);
    calls.close();
    expect(faults).toEqual([]);
  });

  it("passes on decisions and answers", () => {
    const { calls } = bind({ decide: { mail: () => ({ kind: "reject" }) } });
    expect([calls.decides("mail"), calls.decides("rcpt")]).toEqual([true, false]);
    expect(calls.decide(MAIL)).toEqual({ kind: "reject" });
    expect(calls.decide({ kind: "data" })).toEqual({ kind: "continue" });
    expect(calls.endOfMessage()).toEqual({ decision: { kind: "accept" } });
  });

  it("reports what a callback throws that owes no answer", () => {
    const fail = () => {
      throw new Error("broken");
    };
    const { calls, faults } = bind({ observe: { mail: fail }, abort: fail, close: fail });
    calls.watch(MAIL);
    calls.abort();
    calls.close();
    expect(faults).toEqual(["mail Error: broken", "abort Error: broken", "close Error: broken"]);
  });

  it("reports the rejection of a watcher that is an async function", async () => {
    const reject = (() => Promise.reject(new Error("broken"))) as () => void;
    const { calls, faults } = bind({ observe: { mail: reject } });
    calls.watch(MAIL);
    await Promise.resolve();
    await Promise.resolve();
    expect(faults).toEqual(["mail Error: broken"]);
  });
});
