import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CommandBarriers } from "../../../features/capture/command-barriers.ts";
import { BARRIER_BOUND_MILLISECONDS } from "../../../features/capture/packet-source.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A program with counters of its own, which can be asked for them or not. */
function program({ canBeAsked }: { readonly canBeAsked: boolean }) {
  const state = { all: 0, loopback: 0, asked: 0, isBehind: false };
  const barriers = new CommandBarriers({
    settling: { isSettled: (asked, now) => !state.isBehind && now - asked >= 20 },
    delivered: () => state,
    askCounts: () => {
      if (canBeAsked) state.asked += 1;
      return canBeAsked;
    },
    now: () => performance.now(),
  });
  const outcomes: string[] = [];
  const wait = (): void => {
    void barriers.wait().then((outcome) => outcomes.push(outcome));
  };
  return { state, barriers, outcomes, wait };
}

describe("the barrier of a program that tells its counts", () => {
  it("resolves as soon as so many frames have come", async () => {
    const { state, barriers, outcomes, wait } = program({ canBeAsked: true });
    wait();
    barriers.counted({ received: 5, dropped: 1 });
    await vi.advanceTimersByTimeAsync(30);
    expect(outcomes).toEqual([]);
    state.all = 4;
    barriers.delivered();
    await vi.advanceTimersByTimeAsync(0);
    expect(outcomes).toEqual(["complete"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is late when they do not come, and when no counts do, whatever time it had", async () => {
    const one = program({ canBeAsked: true });
    one.wait();
    one.barriers.counted({ received: 5, dropped: 0 });
    const other = program({ canBeAsked: true });
    other.wait();
    await vi.advanceTimersByTimeAsync(BARRIER_BOUND_MILLISECONDS + 10);
    expect([...one.outcomes, ...other.outcomes]).toEqual(["late", "late"]);
  });

  it("does not take counts that were asked for before it", async () => {
    const { state, barriers, outcomes, wait } = program({ canBeAsked: true });
    wait();
    wait();
    expect(state.asked).toBe(1);
    barriers.counted({ received: 0, dropped: 0 });
    await vi.advanceTimersByTimeAsync(0);
    expect(outcomes).toEqual(["complete"]);
    expect(state.asked).toBe(2);
    barriers.counted({ received: 3, dropped: 0 });
    state.all = 3;
    barriers.delivered();
    await vi.advanceTimersByTimeAsync(0);
    expect(outcomes).toEqual(["complete", "complete"]);
  });

  it("is not settled by time while the counts of an earlier one are still awaited", async () => {
    const { state, barriers, outcomes, wait } = program({ canBeAsked: true });
    wait();
    await vi.advanceTimersByTimeAsync(5);
    wait();
    await vi.advanceTimersByTimeAsync(30);
    expect(outcomes).toEqual([]);
    state.all = 2;
    barriers.counted({ received: 2, dropped: 0 });
    barriers.counted({ received: 3, dropped: 0 });
    await vi.advanceTimersByTimeAsync(1);
    expect(outcomes).toEqual(["complete"]);
    state.all = 3;
    barriers.delivered();
    await vi.advanceTimersByTimeAsync(1);
    expect(outcomes).toEqual(["complete", "complete"]);
  });

  it("asks again where the program has not answered for ten seconds", async () => {
    const { state, wait } = program({ canBeAsked: true });
    wait();
    await vi.advanceTimersByTimeAsync(9_000);
    wait();
    expect(state.asked).toBe(1);
    await vi.advanceTimersByTimeAsync(2_000);
    wait();
    expect(state.asked).toBe(2);
  });

  it("goes by time where dropped copies leave the counts without meaning", async () => {
    const { state, barriers, outcomes, wait } = program({ canBeAsked: true });
    Object.assign(state, { all: 3, loopback: 3 });
    wait();
    barriers.counted({ received: 20, dropped: 2 });
    await vi.advanceTimersByTimeAsync(19);
    expect(outcomes).toEqual([]);
    await vi.advanceTimersByTimeAsync(2);
    expect(outcomes).toEqual(["complete"]);
  });
});

describe("the barrier of another program", () => {
  it("resolves when it had its time and is not behind", async () => {
    const { outcomes, wait } = program({ canBeAsked: false });
    wait();
    await vi.advanceTimersByTimeAsync(21);
    expect(outcomes).toEqual(["complete"]);
  });

  it("waits for one that is behind, to the bound", async () => {
    const { state, outcomes, wait } = program({ canBeAsked: false });
    state.isBehind = true;
    wait();
    wait();
    await vi.advanceTimersByTimeAsync(40);
    expect(outcomes).toEqual([]);
    await vi.advanceTimersByTimeAsync(20);
    expect(outcomes).toEqual(["late", "late"]);
  });

  it("is late when the program ends", async () => {
    const { barriers, outcomes, wait } = program({ canBeAsked: false });
    wait();
    barriers.end();
    await vi.advanceTimersByTimeAsync(0);
    expect(outcomes).toEqual(["late"]);
  });
});
