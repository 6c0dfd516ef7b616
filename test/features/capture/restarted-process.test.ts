import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RestartedProcess } from "../../../features/capture/restarted-process.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const LONGER_THAN_ANY_DELAY_MS = 600_000;

/** A process whose starts are counted; those that the list names fail. */
function counted(failing: readonly number[] = [], isFinal = false) {
  const seen = { starts: 0, stops: 0, restarts: 0 };
  const restarted = new RestartedProcess({
    start: () => {
      seen.starts += 1;
      if (failing.includes(seen.starts)) return Promise.reject(new TypeError("no such thing"));
      return Promise.resolve({
        stop: () => {
          seen.stops += 1;
          return Promise.resolve();
        },
      });
    },
    restarted: () => {
      seen.restarts += 1;
    },
    isFinal: () => isFinal,
  });
  return { restarted, seen };
}

describe("RestartedProcess", () => {
  it("rejects where the first start fails", async () => {
    await expect(counted([1]).restarted.open()).rejects.toThrow("no such thing");
  });

  it("is started again when it is lost, and is not there meanwhile", async () => {
    const { restarted, seen } = counted();
    await restarted.open();
    restarted.lost();
    expect(restarted.present).toBeUndefined();
    await vi.advanceTimersByTimeAsync(LONGER_THAN_ANY_DELAY_MS);
    expect(restarted.present).toBeDefined();
    expect(seen).toEqual({ starts: 2, stops: 0, restarts: 1 });
  });

  it("is tried again whatever a start fails of", async () => {
    const { restarted, seen } = counted([2, 3]);
    await restarted.open();
    restarted.lost();
    await vi.advanceTimersByTimeAsync(LONGER_THAN_ANY_DELAY_MS);
    expect(seen).toEqual({ starts: 4, stops: 0, restarts: 1 });
  });

  it("is given up where that is final", async () => {
    const { restarted, seen } = counted([2], true);
    await restarted.open();
    restarted.lost();
    await vi.advanceTimersByTimeAsync(LONGER_THAN_ANY_DELAY_MS);
    expect(seen).toEqual({ starts: 2, stops: 0, restarts: 0 });
  });

  it("is not started again once it is closed", async () => {
    const { restarted, seen } = counted();
    await restarted.open();
    restarted.lost();
    await restarted.close();
    await vi.advanceTimersByTimeAsync(LONGER_THAN_ANY_DELAY_MS);
    expect(seen).toEqual({ starts: 1, stops: 0, restarts: 0 });
  });

  it("stops what a start brings after it was closed", async () => {
    const { restarted, seen } = counted();
    await restarted.open();
    restarted.lost();
    vi.advanceTimersToNextTimer();
    await restarted.close();
    await vi.advanceTimersByTimeAsync(LONGER_THAN_ANY_DELAY_MS);
    expect(seen).toEqual({ starts: 2, stops: 1, restarts: 0 });
  });
});
