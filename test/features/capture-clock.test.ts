import { describe, expect, it } from "vitest";
import { CaptureClock } from "../../features/capture-clock.ts";

const stamp = { seconds: 1_764_000_000, nanoseconds: 999_000_000 };

describe("CaptureClock", () => {
  it("knows no time before the first frame", () => {
    expect(new CaptureClock().at(5, undefined)).toBeUndefined();
  });

  it("is at the newest stamp when it first sees it", () => {
    expect(new CaptureClock().at(123_456, stamp)).toEqual(stamp);
  });

  it("goes on by what went by while no frame comes", () => {
    const clock = new CaptureClock();
    clock.at(1_000, stamp);
    expect(clock.at(1_001.5, stamp)).toEqual({ seconds: 1_764_000_001, nanoseconds: 500_000 });
    expect(clock.at(61_000, stamp)).toEqual({ seconds: 1_764_000_060, nanoseconds: 999_000_000 });
  });

  it("follows a newer stamp, also one that jumped", () => {
    const clock = new CaptureClock();
    clock.at(0, stamp);
    const jumped = { seconds: 1_000, nanoseconds: 0 };
    expect(clock.at(10_000, jumped)).toEqual(jumped);
    expect(clock.at(11_000, jumped)).toEqual({ seconds: 1_001, nanoseconds: 0 });
  });
});
