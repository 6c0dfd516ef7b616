import { uint8, uint16, uint32 } from "./network-order.ts";
import type { IgnoredReason } from "./segment.ts";

/**
 * Finds the IP header behind one kind of link layer header.
 *
 * `at` is where the frame starts and `end` where its captured bytes end. The answer is the offset of the IP header, which
 * may lie beyond `end` when the frame was cut there, or the reason why there is none.
 */
type LinkLayer = (bytes: Uint8Array, at: number, end: number) => number | IgnoredReason;

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;

/** 802.1Q, 802.1ad and the two numbers that were used for stacked tags before 802.1ad. */
const VLAN_ETHERTYPES: readonly number[] = [0x8100, 0x88a8, 0x9100, 0x9200];
const VLAN_TAG_BYTES = 4;

/** Two tags are usual and three occur; more is a broken or hostile frame. */
const MAX_VLAN_TAGS = 8;

/**
 * The address families that stand before an IP packet on a BSD loopback: 2 is IPv4 everywhere; IPv6 is 10 on Linux, 24 on
 * NetBSD and OpenBSD, 28 on FreeBSD and 30 on macOS.
 */
const LOOPBACK_FAMILIES: readonly number[] = [2, 10, 24, 28, 30];

/** Follows the EtherType at `typeAt` and VLAN tags from `at` on to the IP header. */
function behindEthertype(
  bytes: Uint8Array,
  typeAt: number,
  at: number,
  end: number,
): number | IgnoredReason {
  let type = uint16(bytes, typeAt);
  let header = at;
  for (let tags = 0; tags <= MAX_VLAN_TAGS; tags++) {
    if (header > end) return "cut-short";
    if (type === ETHERTYPE_IPV4 || type === ETHERTYPE_IPV6) return header;
    if (!VLAN_ETHERTYPES.includes(type)) return "not-ip";
    type = uint16(bytes, header + 2);
    header += VLAN_TAG_BYTES;
  }
  return "too-many-headers";
}

/** Ethernet: two addresses of six bytes, then the type. */
function behindEthernet(bytes: Uint8Array, at: number, end: number): number | IgnoredReason {
  return behindEthertype(bytes, at + 12, at + 14, end);
}

/** Linux cooked capture, version 1: the protocol is the last field of 16 bytes. */
function behindLinuxCooked(bytes: Uint8Array, at: number, end: number): number | IgnoredReason {
  return behindEthertype(bytes, at + 14, at + 16, end);
}

/** Linux cooked capture, version 2: the protocol is the first field of 20 bytes. */
function behindLinuxCooked2(bytes: Uint8Array, at: number, end: number): number | IgnoredReason {
  return behindEthertype(bytes, at, at + 20, end);
}

/**
 * BSD loopback: an address family of four bytes. DLT_LOOP has it in network order, DLT_NULL in the order of the host that
 * captured, which the file does not name; as a family is a small number, both orders can be told apart.
 */
function behindLoopback(bytes: Uint8Array, at: number, end: number): number | IgnoredReason {
  const header = at + 4;
  if (header > end) return "cut-short";
  const family = uint32(bytes, at);
  const swapped = (family & 0x00ffffff) === 0 ? family >>> 24 : -1;
  return LOOPBACK_FAMILIES.includes(family) || LOOPBACK_FAMILIES.includes(swapped)
    ? header
    : "not-ip";
}

/** Raw IP: there is no link layer header. */
function atOnce(_bytes: Uint8Array, at: number): number {
  return at;
}

/** LINKTYPE_ and, where files in the wild bear them, DLT_ numbers, from the list that tcpdump.org keeps. */
const LINK_LAYERS: ReadonlyMap<number, LinkLayer> = new Map([
  [0, behindLoopback], // NULL
  [1, behindEthernet], // ETHERNET
  [12, atOnce], // DLT_RAW of most systems
  [14, atOnce], // DLT_RAW of OpenBSD
  [101, atOnce], // RAW
  [108, behindLoopback], // LOOP
  [113, behindLinuxCooked], // LINUX_SLL
  [228, atOnce], // IPV4
  [229, atOnce], // IPV6
  [276, behindLinuxCooked2], // LINUX_SLL2
]);

/** Whether frames of this LINKTYPE_ number can be decoded. */
export function isKnownLinkType(linkType: number): boolean {
  return LINK_LAYERS.has(linkType);
}

/** Offset of the IP header of a frame of `linkType` that lies in `bytes[at … end)`, or why there is none. */
export function findIpHeader(
  linkType: number,
  bytes: Uint8Array,
  at: number,
  end: number,
): number | IgnoredReason {
  const linkLayer = LINK_LAYERS.get(linkType);
  if (linkLayer === undefined) return "unsupported-link-type";
  const header = linkLayer(bytes, at, end);
  if (typeof header !== "number") return header;
  if (header >= end) return "cut-short";
  const version = uint8(bytes, header) >>> 4;
  return version === 4 || version === 6 ? header : "not-ip";
}
