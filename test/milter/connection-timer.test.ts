import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ConnectionTimer } from "../../milter/connection-timer.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function timer() {
  const fired: string[] = [];
  const limits = { idleTimeoutMs: 100, packetTimeoutMs: 50, negotiationTimeoutMs: 10 };
  return { fired, waiting: new ConnectionTimer(limits, (phase) => void fired.push(phase)) };
}

describe("ConnectionTimer", () => {
  it.each([
    ["negotiation", 10],
    ["packet", 50],
    ["idle", 100],
  ] as const)("ends the wait for %s after its time", (phase, ms) => {
    const { fired, waiting } = timer();
    waiting.await(phase);
    vi.advanceTimersByTime(ms - 1);
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(fired).toEqual([phase]);
  });

  it("begins idleness anew with every packet, but not the wait for one", () => {
    const { fired, waiting } = timer();
    waiting.await("idle");
    vi.advanceTimersByTime(99);
    waiting.await("idle");
    vi.advanceTimersByTime(99);
    expect(fired).toEqual([]);
    waiting.await("packet");
    vi.advanceTimersByTime(49);
    waiting.await("packet");
    vi.advanceTimersByTime(1);
    expect(fired).toEqual(["packet"]);
  });

  it("leaves no timer behind when it is stopped", () => {
    const { waiting } = timer();
    waiting.await("idle");
    waiting.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
