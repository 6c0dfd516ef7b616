import { describe, expect, it } from "vitest";
import {
  fullPayload,
  optionsOf,
  packSyn,
  unpackSyn,
  windowShift,
} from "../../../features/flow/syn-options.ts";
import type { SynOptions } from "../../../features/flow/syn-options.ts";
import type { TcpOptions } from "../../../features/decode/segment.ts";
import { tcp } from "../../support/tcp-exchange.ts";

/** The options of a SYN after they were packed and unpacked. */
function synOptions(options: TcpOptions): SynOptions | undefined {
  return unpackSyn(packSyn(options));
}

const scaled = (windowScale: number): SynOptions | undefined =>
  synOptions(tcp({ flags: "S", options: { windowScale } }).options);
const unscaled = synOptions(tcp({ flags: "S", options: { mss: 1460 } }).options);
/** Ethernet, IPv4 and TCP headers, and 4 bytes of the options. */
const cutOff = synOptions(
  tcp({ flags: "S", options: { mss: 1460, windowScale: 7 }, snapLength: 58 }).options,
);

describe("synOptions", () => {
  it("keeps what the SYN offered", () => {
    const { options } = tcp({
      flags: "S",
      options: { mss: 1460, windowScale: 7, sackPermitted: true, timestamps: [1, 0] },
    });
    expect(synOptions(options)).toEqual({
      maximumSegmentSize: 1460,
      windowScale: 7,
      sackPermitted: true,
      timestamps: true,
      isWhole: true,
    });
  });

  it("tells what was not offered from what was not captured", () => {
    expect(unscaled).toMatchObject({ windowScale: "absent", sackPermitted: false });
    expect(cutOff).toEqual({
      maximumSegmentSize: 1460,
      windowScale: null,
      sackPermitted: null,
      // Four bytes were not captured: too few for them.
      timestamps: false,
      isWhole: false,
    });
  });
});

describe("windowShift", () => {
  it.each([
    ["both offer a scale", scaled(7), scaled(2), 7],
    ["the other side offers none", scaled(7), unscaled, 0],
    ["this side offers none", unscaled, scaled(7), 0],
    ["the shift is above 14", scaled(15), scaled(2), 14],
    ["this side's SYN was not captured", undefined, scaled(7), null],
    ["the other side's SYN was not captured", scaled(7), undefined, null],
    ["neither was captured", undefined, undefined, null],
    ["only one was captured and lacks the option", unscaled, undefined, 0],
    ["this side's options were cut off", cutOff, scaled(7), null],
    ["the other side's options were cut off", unscaled, cutOff, null],
  ])("where %s", (_, own, peer, shift) => {
    expect(windowShift(own, peer)).toBe(shift);
  });
});

describe("fullPayload", () => {
  const offering = (mss: number, stamped: boolean): SynOptions | undefined => {
    const options = stamped ? { mss, timestamps: [1, 0] as const } : { mss };
    return synOptions(tcp({ flags: "S", options }).options);
  };
  const without = synOptions(tcp({ flags: "S" }).options);

  it.each([
    ["the smaller of both sizes", offering(1460, false), offering(1400, false), 1400],
    ["less the timestamps of both", offering(1460, true), offering(1460, true), 1448],
    ["not less those of one side", offering(1460, true), offering(1460, false), 1460],
    ["the default where a side names none", offering(1460, false), without, 536],
    ["unknown where options were cut off", offering(1460, false), cutOff, 0],
    ["unknown where a SYN was not seen", undefined, offering(1460, false), 0],
  ])("is %s", (_, one, other, bytes) => {
    expect(fullPayload(one, other, 4)).toBe(bytes);
  });

  it("has another default for IPv6", () => {
    expect(fullPayload(without, without, 6)).toBe(1220);
  });
});

describe("optionsOf", () => {
  it("makes the options again, those that were not there too", () => {
    for (const offers of [
      {},
      { mss: 0, windowScale: 0 },
      { windowScale: 255, sackPermitted: true },
    ]) {
      const { options } = tcp({ flags: "S", options: offers });
      expect(optionsOf(packSyn(options), options.order)).toEqual(options);
    }
  });
});
