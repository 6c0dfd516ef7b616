import { describe, expect, it } from "vitest";
import { Settling } from "../../../features/capture/settling.ts";

/** The other host's clock may be anywhere. */
const OFFSET = -3_600_000;

/** Frames of a program that took `lags` milliseconds for them, one each 10 ms, the last at 1,000 ms. */
function settling(...lags: readonly number[]): Settling {
  const settled = new Settling();
  for (const [index, lag] of lags.entries()) {
    const arrived = 1_000 - 10 * (lags.length - 1 - index);
    settled.saw(arrived - lag + OFFSET, arrived);
  }
  return settled;
}

describe("Settling.isSettled", () => {
  it("gives every program its time, and then takes its silence for rest", () => {
    const silent = new Settling();
    expect(silent.isSettled(1_000, 1_019)).toBe(false);
    expect(silent.isSettled(1_000, 1_020)).toBe(true);
  });

  it("waits for a program whose newest frame is late against its fastest", () => {
    expect(settling(3, 2, 2, 3).isSettled(1_000, 1_020)).toBe(true);
    expect(settling(3, 2, 2, 13).isSettled(1_000, 1_020)).toBe(false);
  });

  it("does not wait for a lateness that is over", () => {
    const late = settling(2, 40);
    expect(late.isSettled(1_000, 1_030)).toBe(false);
    expect(late.isSettled(1_040, 1_060)).toBe(true);
    late.saw(1_030 - 2 + OFFSET, 1_030);
    expect(late.isSettled(1_005, 1_030)).toBe(true);
  });

  it("gets over a clock that was set back, within two minutes", () => {
    const settled = settling(2);
    let now = 1_000;
    const steps = Array.from({ length: 130 }, () => {
      now += 1_000;
      settled.saw(now + OFFSET - 5_000, now);
      return settled.isSettled(now - 20, now);
    });
    expect(steps[0]).toBe(false);
    expect(steps.at(-1)).toBe(true);
  });
});
