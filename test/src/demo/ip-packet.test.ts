import { describe, expect, it } from "vitest";
import { addressesOf, isReset, plainAddress } from "../../../src/demo/ip-packet.ts";

const RST = 0x04;
const ACK = 0x10;

/** An IPv4 packet with a TCP header; `options` are bytes between the two. */
function ipv4(flags: number, { options = 0, protocol = 6 } = {}): Buffer {
  const packet = Buffer.alloc(20 + options + 20);
  packet[0] = 0x40 | ((20 + options) / 4);
  packet[9] = protocol;
  packet.set([10, 99, 16, 7], 12);
  packet.set([10, 99, 0, 1], 16);
  packet[20 + options + 13] = flags;
  return packet;
}

function ipv6(flags: number): Buffer {
  const packet = Buffer.alloc(60);
  packet[0] = 0x60;
  packet[6] = 6;
  packet.set([0xfd, 0, 0, 0x99, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0x2d], 8);
  packet.set([0xfd, 0, 0, 0x99, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 24);
  packet[53] = flags;
  return packet;
}

describe("addressesOf", () => {
  it("reads the addresses of IPv4 and IPv6", () => {
    expect(addressesOf(ipv4(ACK))).toEqual({ source: "10.99.16.7", destination: "10.99.0.1" });
    expect(addressesOf(ipv6(ACK))).toEqual({
      source: "fd00:99:0:0:0:0:1:2d",
      destination: "fd00:99:0:0:0:0:0:1",
    });
  });

  it.each([
    ["nothing", Buffer.alloc(0)],
    ["another version", Buffer.alloc(40, 0x50)],
    ["a cut IPv4 header", ipv4(ACK).subarray(0, 19)],
    ["a cut IPv6 header", ipv6(ACK).subarray(0, 39)],
  ])("knows none in %s", (_, packet) => {
    expect(addressesOf(packet)).toBeUndefined();
  });
});

describe("isReset", () => {
  it.each([
    ["IPv4", ipv4(RST)],
    ["IPv4 with options", ipv4(RST | ACK, { options: 8 })],
    ["IPv6", ipv6(RST | ACK)],
  ])("finds RST in %s", (_, packet) => {
    expect(isReset(packet)).toBe(true);
  });

  it.each([
    ["a segment without RST", ipv4(ACK)],
    ["another protocol", ipv4(RST, { protocol: 17 })],
    ["a packet cut before the flags", ipv4(RST).subarray(0, 30)],
  ])("finds none in %s", (_, packet) => {
    expect(isReset(packet)).toBe(false);
  });
});

describe("plainAddress", () => {
  it.each([
    ["10.99.16.7", "10.99.16.7"],
    ["fd00:99::1:2d", "fd00:99:0:0:0:0:1:2d"],
    ["FD00:0099::1:002D", "fd00:99:0:0:0:0:1:2d"],
    ["::1", "0:0:0:0:0:0:0:1"],
    ["fe80::", "fe80:0:0:0:0:0:0:0"],
    ["1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"],
  ])("spells %s as %s", (address, plain) => {
    expect(plainAddress(address)).toBe(plain);
  });

  it.each(["", "mail.example.net", "10.99.16", "::ffff:10.0.0.1"])("refuses %j", (text) => {
    expect(() => plainAddress(text)).toThrow("not an IP address");
  });
});
