import { describe, expect, it } from "vitest";
import {
  BackOff,
  FIRST_DELAY_MILLISECONDS,
  LONGEST_DELAY_MILLISECONDS,
} from "../../../features/capture/back-off.ts";

/** Delays of failures that follow one another as soon as each delay is over. */
function delaysOf(backOff: BackOff, failures: number): number[] {
  let now = 1_000;
  return Array.from({ length: failures }, () => {
    const delay = backOff.next(now);
    now += delay;
    return delay;
  });
}

describe("BackOff", () => {
  it("doubles the delay up to the longest", () => {
    const delays = delaysOf(new BackOff(), 8);
    expect(delays).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000]);
    expect(delays[0]).toBe(FIRST_DELAY_MILLISECONDS);
    expect(delays.at(-1)).toBe(LONGEST_DELAY_MILLISECONDS);
  });

  it("starts anew after the capture held for a while", () => {
    const backOff = new BackOff();
    delaysOf(backOff, 8);
    const muchLater = 1_000_000;
    expect(backOff.next(muchLater)).toBe(FIRST_DELAY_MILLISECONDS);
    expect(backOff.next(muchLater + 100)).toBe(2 * FIRST_DELAY_MILLISECONDS);
  });
});
