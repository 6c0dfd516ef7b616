import { describe, expect, it } from "vitest";
import { packSyn, unpackSyn, windowShift } from "../../../features/flow/syn-options.ts";
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
      timestamps: null,
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
