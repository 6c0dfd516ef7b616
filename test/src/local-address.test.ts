import { describe, expect, it } from "vitest";
import { isLocalAddress } from "../../src/local-address.ts";

describe("isLocalAddress", () => {
  it.each([
    "127.0.0.1",
    "127.255.255.255",
    "10.0.0.0",
    "10.255.255.255",
    "172.16.0.0",
    "172.31.255.255",
    "192.168.0.1",
    "169.254.1.1",
    "::1",
    "fc00::1",
    "fdff:ffff::1",
    "fe80::1",
    "febf::1",
    "::ffff:10.1.2.3",
    "::FFFF:127.0.0.1",
  ])("counts %s as local", (address) => {
    expect(isLocalAddress(address)).toBe(true);
  });

  it.each([
    "126.255.255.255",
    "128.0.0.1",
    "11.0.0.1",
    "172.15.255.255",
    "172.32.0.0",
    "192.167.255.255",
    "192.169.0.0",
    "169.253.0.1",
    "100.64.0.1",
    "192.0.2.7",
    "198.51.100.2",
    "203.0.113.9",
    "0.0.0.0",
    "::",
    "::2",
    "2001:db8::1",
    "fec0::1",
    "fbff::1",
    "::ffff:192.0.2.7",
    "not an address",
    "",
  ])("does not count %s as local", (address) => {
    expect(isLocalAddress(address)).toBe(false);
  });
});
