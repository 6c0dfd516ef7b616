import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeTcpOptions, NO_OPTIONS } from "../../../features/decode/tcp-options.ts";
import type { TcpOptions } from "../../../features/decode/segment.ts";
import { segmentsOf } from "../../support/fixture-captures.ts";

/** The options that these bytes make up, captured as far as `captured`. */
function options(bytes: readonly number[], captured = bytes.length): TcpOptions {
  return decodeTcpOptions(Uint8Array.from(bytes), 0, bytes.length, captured);
}

const LINUX_SYN = [2, 4, 5, 180, 4, 2, 8, 10, 1, 2, 3, 4, 0, 0, 0, 0, 1, 3, 3, 7];

describe("decodeTcpOptions", () => {
  it("reads the SYN options of Linux", () => {
    expect(options(LINUX_SYN)).toEqual({
      maximumSegmentSize: 1460,
      windowScale: 7,
      sackPermitted: true,
      timestamps: true,
      order: 24813,
      whole: true,
    });
  });

  it.each([
    ["none", [], 0],
    ["aligned timestamps", [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2], 118],
    ["the end of the list", [2, 4, 5, 180, 0, 0, 0, 0], 20],
    ["kinds above 8 as 9", [254, 4, 1, 2, 4, 2, 9, 2], 949],
    ["fifteen at most", Array<number>(40).fill(1), 111_111_111_111_111],
  ])("tells the order of the options: %s", (_name, bytes, order) => {
    expect(options(bytes)).toMatchObject({ order, whole: true });
  });

  it.each([
    ["no options", [], NO_OPTIONS],
    ["MSS", [2, 4, 0xff, 0xff], { ...NO_OPTIONS, maximumSegmentSize: 65_535 }],
    ["a shift above 14 as it was sent", [3, 3, 255, 0], { ...NO_OPTIONS, windowScale: 255 }],
    [
      "aligned timestamps",
      [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2],
      { ...NO_OPTIONS, timestamps: true },
    ],
    [
      "timestamps in another place",
      [8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 1, 1],
      { ...NO_OPTIONS, timestamps: true },
    ],
    ["nothing behind the end of the list", [0, 2, 4, 5, 180, 0, 0, 0], NO_OPTIONS],
    [
      "options it does not know",
      [254, 4, 1, 2, 4, 2, 0, 0],
      { ...NO_OPTIONS, sackPermitted: true },
    ],
    ["SACK blocks, which it passes over", [5, 10, 0, 0, 0, 1, 0, 0, 0, 2, 1, 1], NO_OPTIONS],
    ["the later one of two", [3, 3, 1, 3, 3, 2, 0, 0], { ...NO_OPTIONS, windowScale: 2 }],
  ])("reads %s", (_name, bytes, expected) => {
    expect({ ...options(bytes), order: 0 }).toEqual(expected);
  });

  it.each([
    ["a length of 0", [4, 2, 8, 0], { sackPermitted: true, timestamps: undefined }],
    ["a length of 1", [4, 2, 8, 1], { sackPermitted: true, timestamps: undefined }],
    [
      "an option that overruns the header",
      [4, 2, 2, 4],
      { sackPermitted: true, maximumSegmentSize: undefined },
    ],
    ["a kind without a length", [1, 1, 1, 3], { windowScale: undefined }],
    [
      "a wrong length for its kind",
      [2, 3, 5, 1, 3, 3, 7, 0],
      { maximumSegmentSize: undefined, windowScale: 7 },
    ],
  ])("keeps what it read of options with %s, and says so", (_name, bytes, expected) => {
    expect(options(bytes)).toMatchObject({ ...expected, whole: false });
  });

  it("keeps what was captured of cut options, and says so at every length", () => {
    for (let captured = 0; captured < LINUX_SYN.length; captured++) {
      expect(options(LINUX_SYN, captured)).toMatchObject({
        maximumSegmentSize: captured >= 4 ? 1460 : undefined,
        sackPermitted: captured >= 6,
        timestamps: captured >= 16 ? true : undefined,
        windowScale: undefined,
        whole: false,
      });
    }
  });

  it("knows nothing of aligned timestamps that were cut", () => {
    const bytes = [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2];
    for (let captured = 0; captured < bytes.length; captured++) {
      expect(options(bytes, captured)).toMatchObject({ timestamps: undefined, whole: false });
    }
  });

  it("reads nothing beyond what was captured, whatever the bytes are", () => {
    const bytes = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(bytes, fc.nat(40), (all, captured) => {
        const cut = all.slice(0, captured);
        const whole = decodeTcpOptions(all, 0, all.length, captured);
        expect(decodeTcpOptions(cut, 0, all.length, Math.min(captured, all.length))).toEqual(whole);
      }),
    );
  });
});

describe("the options of captures", () => {
  it("are those of Linux in a SYN", async () => {
    const [syn, synAck] = await segmentsOf("clean-sender.pcap");
    const linux = { maximumSegmentSize: 1460, windowScale: 10, sackPermitted: true, order: 24813 };
    expect(syn?.options).toEqual({ ...linux, timestamps: true, whole: true });
    expect(synAck?.options).toEqual({ ...linux, timestamps: true, whole: true });
  });

  it("are known to be incomplete where 60 bytes of a frame were kept", async () => {
    const [syn] = await segmentsOf("plain-snap60.pcap");
    expect(syn?.options).toMatchObject({
      maximumSegmentSize: 1460,
      windowScale: undefined,
      // Six bytes are missing, and timestamps take ten.
      timestamps: false,
      whole: false,
    });
  });
});
