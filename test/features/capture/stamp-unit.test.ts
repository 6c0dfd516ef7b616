import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { setTime, stampUnit } from "../../../features/capture/stamp-unit.ts";

interface Time {
  seconds: number;
  nanoseconds: number;
}

/** The time of a 64-bit stamp in units of the if_tsresol byte. */
function timeOf(stamp: bigint, resolution: number, offsetSeconds = 0): Time {
  const time = { seconds: -1, nanoseconds: -1 };
  const unit = stampUnit(resolution, offsetSeconds);
  setTime(time, unit, Number(stamp >> 32n), Number(stamp & 0xffffffffn));
  return time;
}

describe("time stamps of pcapng", () => {
  it.each([
    ["microseconds", 6, 1_700_000_000_123_456n, [1_700_000_000, 123_456_000]],
    ["nanoseconds", 9, 1_700_000_000_123_456_789n, [1_700_000_000, 123_456_789]],
    ["seconds", 0, 1_700_000_000n, [1_700_000_000, 0]],
    ["picoseconds", 12, 5_000_000_000_999_999n, [5000, 999]],
    ["2^-20 seconds", 0x94, (5n << 20n) + 1n, [5, 953]],
    ["2^-32 seconds", 0xa0, (5n << 32n) + (1n << 31n), [5, 500_000_000]],
  ] as const)("reads %s", (_name, resolution, stamp, expected) => {
    const { seconds, nanoseconds } = timeOf(stamp, resolution);
    expect([seconds, nanoseconds]).toEqual(expected);
  });

  it("adds the offset of the interface's clock, which may be negative", () => {
    expect(timeOf(5_000_000n, 6, 1_700_000_000)).toEqual({
      seconds: 1_700_000_005,
      nanoseconds: 0,
    });
    expect(timeOf(5_500_000n, 6, -3)).toEqual({ seconds: 2, nanoseconds: 500_000_000 });
  });

  it("is exact for any stamp and any resolution", () => {
    const stamps = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
    const resolutions = fc.oneof(fc.nat(19), fc.integer({ min: 0x80, max: 0x80 + 63 }));
    fc.assert(
      fc.property(stamps, resolutions, (stamp, resolution) => {
        const perSecond =
          resolution < 0x80 ? 10n ** BigInt(resolution) : 1n << BigInt(resolution - 0x80);
        expect(timeOf(stamp, resolution)).toEqual({
          seconds: Number(stamp / perSecond),
          nanoseconds: Number(((stamp % perSecond) * 1_000_000_000n) / perSecond),
        });
      }),
    );
  });
});
