import { BlockList, isIP } from "node:net";

/**
 * The networks whose hosts are *local*: their mails cross no access link worth judging. Documentation,
 * carrier-grade NAT and other reserved ranges are not among them.
 */
const LOCAL_NETWORKS = [
  ["127.0.0.0", 8, "ipv4"],
  ["10.0.0.0", 8, "ipv4"],
  ["172.16.0.0", 12, "ipv4"],
  ["192.168.0.0", 16, "ipv4"],
  ["169.254.0.0", 16, "ipv4"],
  ["::1", 128, "ipv6"],
  ["fc00::", 7, "ipv6"],
  ["fe80::", 10, "ipv6"],
] as const;

const local = new BlockList();
for (const [network, prefix, family] of LOCAL_NETWORKS) local.addSubnet(network, prefix, family);

/** The dotted address inside a v4-mapped one (RFC 4291 §2.5.5.2), any other text as it is. */
function withoutMapping(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped ?? address;
}

/** True for loopback, RFC 1918, unique-local and link-local addresses and their v4-mapped forms; false for any other text. */
export function isLocalAddress(address: string): boolean {
  const text = withoutMapping(address);
  const family = isIP(text);
  return family !== 0 && local.check(text, family === 4 ? "ipv4" : "ipv6");
}
