import { describe, expect, it } from "vitest";
import { readInterface } from "../../../features/capture/pcapng-interface.ts";
import type { CapturedInterface } from "../../../features/capture/pcapng-interface.ts";
import { pcapngWriter } from "../../support/capture-builder.ts";
import type { InterfaceDescription } from "../../support/capture-builder.ts";

/** Reads the described interface back; the body of its block lies between 8 bytes in front and 4 behind. */
function roundTrip(
  description: InterfaceDescription,
  littleEndian: boolean,
): CapturedInterface | undefined {
  const block = pcapngWriter(littleEndian).interface(description);
  return readInterface(block, 8, block.length - 4, littleEndian);
}

/** Reads a little-endian body of an Ethernet interface with these option bytes. */
function withOptions(options: readonly number[]): CapturedInterface | undefined {
  const body = Uint8Array.from([1, 0, 0, 0, 0, 0, 0, 0, ...options]);
  return readInterface(body, 0, body.length, true);
}

describe("readInterface", () => {
  it.each([true, false])("reads link type, snap length and clock (little-endian: %s)", (order) => {
    const description = { linkType: 276, snapLength: 128, resolution: 9, offset: -7 };
    expect(roundTrip(description, order)).toEqual({
      linkType: 276,
      snapLength: 128,
      unit: { perSecond: 1_000_000_000n, offsetSeconds: -7, nanosecondsPerUnit: 1 },
    });
  });

  it("counts microseconds and has no snap length where the file does not say", () => {
    expect(roundTrip({ linkType: 1 }, true)).toEqual({
      linkType: 1,
      snapLength: Infinity,
      unit: { perSecond: 1_000_000n, offsetSeconds: 0, nanosecondsPerUnit: 1000 },
    });
  });

  it("passes over options that it does not need, padded to 4 bytes", () => {
    const name = [2, 0, 5, 0, 101, 116, 104, 49, 48, 0, 0, 0];
    expect(withOptions([...name, 9, 0, 1, 0, 3, 0, 0, 0])?.unit.perSecond).toBe(1000n);
  });

  it("stops at the end of the options", () => {
    expect(withOptions([0, 0, 0, 0, 9, 0, 1, 0, 3, 0, 0, 0])?.unit.perSecond).toBe(1_000_000n);
  });

  it("does without an end of the options", () => {
    expect(withOptions([9, 0, 1, 0, 3, 0, 0, 0])?.unit.perSecond).toBe(1000n);
  });

  it("ignores a resolution or an offset of another length", () => {
    expect(withOptions([9, 0, 2, 0, 3, 0, 0, 0, 14, 0, 4, 0, 1, 0, 0, 0])?.unit).toMatchObject({
      perSecond: 1_000_000n,
      offsetSeconds: 0,
    });
  });

  it("finds options that overrun the block", () => {
    expect(withOptions([2, 0, 5, 0, 101, 116, 104, 49])).toBeUndefined();
    expect(withOptions([2, 0, 0xff, 0xff, 1, 1, 1, 1])).toBeUndefined();
  });
});
