import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { isThenable, waitFor } from "../../milter/handler-deadline.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const never = new Promise<never>(() => undefined);

function options(timeoutMs: number, progressIntervalMs: number, onProgress = () => undefined) {
  return { timeoutMs, progressIntervalMs, onProgress };
}

describe("waitFor", () => {
  it("passes on what the work gives", async () => {
    const { settled } = waitFor(Promise.resolve(7), options(100, 10));
    expect(await settled).toEqual({ kind: "fulfilled", value: 7 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("passes on what the work rejects with", async () => {
    const error = new Error("broken");
    const { settled } = waitFor(Promise.reject(error), options(100, 10));
    expect(await settled).toEqual({ kind: "rejected", error });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("takes in what is no real promise", async () => {
    const thrower: PromiseLike<never> = {
      then: () => {
        throw new Error("broken");
      },
    };
    const { settled } = waitFor(thrower, options(100, 10));
    expect(await settled).toEqual({ kind: "rejected", error: new Error("broken") });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("tells of progress at each interval until the time is over", async () => {
    const times: number[] = [];
    const start = Date.now();
    const { settled } = waitFor(
      never,
      options(25, 10, () => void times.push(Date.now() - start)),
    );
    await vi.advanceTimersByTimeAsync(24);
    expect(times).toEqual([10, 20]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await settled).toEqual({ kind: "timed-out" });
    expect(times).toEqual([10, 20]);
  });

  it("says nothing of progress when the time is over first", async () => {
    const onProgress = vi.fn(() => undefined);
    const { settled } = waitFor(never, options(5, 10, onProgress));
    await vi.advanceTimersByTimeAsync(5);
    expect(await settled).toEqual({ kind: "timed-out" });
    expect(onProgress).not.toHaveBeenCalled();
  });

  it("ends at once when it is cancelled, and ignores a late rejection", async () => {
    let reject: (error: Error) => void = () => undefined;
    const late = new Promise<never>((_, onReject) => {
      reject = onReject;
    });
    const pending = waitFor(late, options(100, 10));
    pending.cancel();
    expect(await pending.settled).toEqual({ kind: "cancelled" });
    reject(new Error("late"));
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("isThenable", () => {
  it("knows promises and what can be awaited like them", () => {
    expect(isThenable(Promise.resolve())).toBe(true);
    expect(isThenable({ then: () => undefined })).toBe(true);
    for (const value of [undefined, null, 1, {}, { then: 1 }]) {
      expect(isThenable(value as unknown)).toBe(false);
    }
  });
});
