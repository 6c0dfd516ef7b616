/** The few fields of an IP packet that a link has to know (RFC 791, RFC 8200, RFC 9293). */
import { isIPv4, isIPv6 } from "node:net";

const TCP = 6;
const RST = 0x04;

/** The two addresses of a packet as text; undefined when it is neither IPv4 nor IPv6. */
export interface PacketAddresses {
  readonly source: string;
  readonly destination: string;
}

export function addressesOf(packet: Buffer): PacketAddresses | undefined {
  const version = versionOf(packet);
  if (version === 4) return { source: textOf4(packet, 12), destination: textOf4(packet, 16) };
  if (version === 6) return { source: textOf6(packet, 8), destination: textOf6(packet, 24) };
  return undefined;
}

/** True for a TCP segment with RST; extension headers of IPv6 are not followed, as no kernel puts one before a reset. */
export function isReset(packet: Buffer): boolean {
  const isVersion4 = versionOf(packet) === 4;
  const protocol = packet[isVersion4 ? 9 : 6];
  const headerBytes = isVersion4 ? ((packet[0] ?? 0) & 15) * 4 : 40;
  return protocol === TCP && ((packet[headerBytes + 13] ?? 0) & RST) !== 0;
}

/** An address in the spelling that `addressesOf` uses: IPv6 with all eight groups, none shortened by `::`. */
export function plainAddress(address: string): string {
  if (isIPv4(address)) return address;
  if (!isIPv6(address) || address.includes("."))
    throw new Error(`"${address}" is not an IP address`);
  const [before = "", after] = address.split("::");
  const head = before === "" ? [] : before.split(":");
  const tail = after === undefined || after === "" ? [] : after.split(":");
  const zeros = Array<string>(8 - head.length - tail.length).fill("0");
  return [...head, ...zeros, ...tail].map((group) => parseInt(group, 16).toString(16)).join(":");
}

function versionOf(packet: Buffer): 4 | 6 | undefined {
  const version = (packet[0] ?? 0) >> 4;
  if (version === 4 && packet.length >= 20) return 4;
  return version === 6 && packet.length >= 40 ? 6 : undefined;
}

function textOf4(packet: Buffer, offset: number): string {
  return packet.subarray(offset, offset + 4).join(".");
}

function textOf6(packet: Buffer, offset: number): string {
  const groups = Array.from({ length: 8 }, (_, index) => packet.readUInt16BE(offset + 2 * index));
  return groups.map((group) => group.toString(16)).join(":");
}
