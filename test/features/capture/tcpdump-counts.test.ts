import { describe, expect, it } from "vitest";
import {
  isAllDelivered,
  isLastCount,
  isLoopbackFrame,
  tcpdumpCounts,
} from "../../../features/capture/tcpdump-counts.ts";
import type { Frame } from "../../../features/decode/segment.ts";

describe("tcpdumpCounts", () => {
  it.each([
    [
      "tcpdump: 5 packets captured, 7 packets received by filter, 1 packet dropped by kernel",
      { received: 7, dropped: 1 },
    ],
    [
      "tcpdump: 1 packet captured, 1 packet received by filter, 0 packets dropped by kernel, 3 packets dropped by interface",
      { received: 1, dropped: 0 },
    ],
    ["tcpdump: listening on lo, link-type EN10MB (Ethernet), snapshot length 128 bytes", undefined],
    ["5 packets captured", undefined],
  ])("reads %j", (line, counts) => {
    expect(tcpdumpCounts(line)).toEqual(counts);
  });
});

describe("isLastCount", () => {
  it.each([
    ["0 packets captured", true],
    ["1 packet received by filter", true],
    ["2 packets dropped by kernel", true],
    ["2 packets dropped by interface", true],
    ["tcpdump: pcap_loop: The interface disappeared", false],
  ])("%j: %s", (line, expected) => {
    expect(isLastCount(line)).toBe(expected);
  });
});

describe("isAllDelivered", () => {
  it.each([
    ["all have come", { received: 7, dropped: 1 }, { all: 6, loopback: 0 }, true],
    ["one has not", { received: 7, dropped: 1 }, { all: 5, loopback: 0 }, false],
    ["more have come since", { received: 7, dropped: 0 }, { all: 9, loopback: 0 }, true],
    ["each was counted twice", { received: 8, dropped: 0 }, { all: 4, loopback: 4 }, true],
    ["some were counted twice", { received: 9, dropped: 0 }, { all: 6, loopback: 3 }, true],
    ["one copy is still under way", { received: 9, dropped: 0 }, { all: 4, loopback: 4 }, false],
    ["copies were dropped", { received: 8, dropped: 1 }, { all: 4, loopback: 4 }, undefined],
    ["counters went round", { received: 3, dropped: 0 }, { all: 2 ** 32 + 2, loopback: 0 }, false],
    ["they all did", { received: 3, dropped: 0 }, { all: 2 ** 32 + 3, loopback: 0 }, true],
  ] as const)("%s", (_, counts, frames, expected) => {
    expect(isAllDelivered(counts, frames)).toBe(expected);
  });
});

describe("isLoopbackFrame", () => {
  const frame = (linkType: number, hex: string): Frame => ({
    bytes: Buffer.from(`ff${hex}`, "hex"),
    offset: 1,
    capturedLength: hex.length / 2,
    originalLength: hex.length / 2,
    linkType,
    seconds: 0,
    nanoseconds: 0,
  });

  // Headers as tcpdump 4.99.3 writes them on `any`: of lo and of an Ethernet device.
  it.each([
    ["cooked, lo", 113, "00000304000600000000000000000800", true],
    ["cooked, Ethernet", 113, "00000001000602000000000200000800", false],
    ["cooked v2, lo", 276, "0800000000000001030400060000000000000000", true],
    ["cooked v2, Ethernet", 276, "0800000000000002000104060200000000020000", false],
    ["Ethernet", 1, "00000000000000000000000003040304", false],
    ["cut short", 276, "08", false],
  ])("%s", (_, linkType, hex, expected) => {
    expect(isLoopbackFrame(frame(linkType, hex))).toBe(expected);
  });
});
