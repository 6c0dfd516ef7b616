import { followingType, ethernetLayer } from "./ether-type.ts";
import { has } from "./layer.ts";
import type { Following, Layer, PacketUnderway } from "./layer.ts";
import { uint8, uint16, uint32 } from "./network-order.ts";
import { pppLayer, pppoeLayer } from "./ppp.ts";

/**
 * The address families that stand before an IP packet on a BSD loopback: 2 is IPv4 everywhere; IPv6 is 10 on Linux, 24 on
 * NetBSD and OpenBSD, 28 on FreeBSD and 30 on macOS.
 */
const LOOPBACK_FAMILIES: readonly number[] = [2, 10, 24, 28, 30];

const TOKEN_RING_HEADER_BYTES = 14;
const FDDI_HEADER_BYTES = 13;

/** The NFLOG attribute that holds the packet (NFULA_PAYLOAD of Linux' nfnetlink_log.h). */
const NFLOG_PAYLOAD = 9;
const NFLOG_HEADER_BYTES = 4;
/** Linux writes about a dozen; more is damage. */
const MAX_NFLOG_ATTRIBUTES = 32;

/** Linux cooked capture, version 1: the protocol is the last field of 16 bytes. */
function linuxCooked(packet: PacketUnderway): Following {
  if (!has(packet, 16)) return "cut-short";
  const etherType = uint16(packet.bytes, packet.at + 14);
  packet.at += 16;
  return followingType(etherType);
}

/** Linux cooked capture, version 2: the protocol is the first field of 20 bytes. */
function linuxCooked2(packet: PacketUnderway): Following {
  if (!has(packet, 20)) return "cut-short";
  const etherType = uint16(packet.bytes, packet.at);
  packet.at += 20;
  return followingType(etherType);
}

/**
 * BSD loopback: an address family of four bytes. DLT_LOOP has it in network order, DLT_NULL in the order of the host that
 * captured, which the file does not name; as a family is a small number, both orders can be told apart.
 */
function loopback(packet: PacketUnderway): Following {
  if (!has(packet, 4)) return "cut-short";
  const family = uint32(packet.bytes, packet.at);
  const swapped = (family & 0x00ffffff) === 0 ? family >>> 24 : -1;
  packet.at += 4;
  return LOOPBACK_FAMILIES.includes(family) || LOOPBACK_FAMILIES.includes(swapped)
    ? "ip"
    : "not-ip";
}

/** Raw IP: there is no link layer header. */
function rawIp(): Following {
  return "ip";
}

/** PPP in frames like HDLC's (RFC 1662): address and control stand before the protocol, or on Cisco's links a type. */
function pppHdlc(packet: PacketUnderway): Following {
  if (!has(packet, 4)) return "cut-short";
  const address = uint8(packet.bytes, packet.at);
  if (address === 0xff) return pppLayer(packet);
  const etherType = uint16(packet.bytes, packet.at + 2);
  packet.at += 4;
  return address === 0x0f || address === 0x8f ? followingType(etherType) : "not-ip";
}

/** IEEE 802.5: the first bit of the source address says that a route follows the addresses, its length in its first byte. */
function tokenRing(packet: PacketUnderway): Following {
  if (!has(packet, TOKEN_RING_HEADER_BYTES + 1)) return "cut-short";
  const { bytes, at } = packet;
  if ((uint8(bytes, at + 1) & 0xc0) !== 0x40) return "not-ip";
  const hasRoute = (uint8(bytes, at + 8) & 0x80) !== 0;
  const route = hasRoute ? uint8(bytes, at + TOKEN_RING_HEADER_BYTES) & 0x1f : 0;
  packet.at += TOKEN_RING_HEADER_BYTES + route;
  return "snap";
}

/** FDDI, of whose frames those of the LLC class hold packets. */
function fddi(packet: PacketUnderway): Following {
  if (!has(packet, FDDI_HEADER_BYTES)) return "cut-short";
  const frameControl = uint8(packet.bytes, packet.at);
  packet.at += FDDI_HEADER_BYTES;
  return (frameControl & 0xf0) === 0x50 ? "snap" : "not-ip";
}

/**
 * Packets that Linux' firewall logged: attributes of which one is the packet. Lengths and types are in the order of the host
 * that captured, which is taken to be little-endian.
 */
function nflog(packet: PacketUnderway): Following {
  packet.at += NFLOG_HEADER_BYTES;
  for (let attributes = 0; attributes < MAX_NFLOG_ATTRIBUTES; attributes++) {
    if (!has(packet, 4)) return "cut-short";
    const { bytes, at } = packet;
    const length = uint8(bytes, at) | (uint8(bytes, at + 1) << 8);
    const type = uint8(bytes, at + 2) | (uint8(bytes, at + 3) << 8);
    if (length < 4) return "bad-length";
    if (type === NFLOG_PAYLOAD) {
      packet.at += 4;
      packet.end = Math.min(packet.end, at + length);
      return "ip";
    }
    packet.at += (length + 3) & ~3;
  }
  return "too-many-headers";
}

/** LINKTYPE_ and, where files in the wild bear them, DLT_ numbers, from the list that tcpdump.org keeps. */
const LINK_LAYERS: ReadonlyMap<number, Layer> = new Map([
  [0, loopback], // NULL
  [1, ethernetLayer], // ETHERNET
  [6, tokenRing], // IEEE802_5
  [9, pppLayer], // PPP
  [10, fddi], // FDDI
  [12, rawIp], // DLT_RAW of most systems
  [14, rawIp], // DLT_RAW of OpenBSD
  [50, pppHdlc], // PPP_HDLC
  [51, pppoeLayer], // PPP_ETHER
  [101, rawIp], // RAW
  [104, pppHdlc], // C_HDLC
  [108, loopback], // LOOP
  [113, linuxCooked], // LINUX_SLL
  [228, rawIp], // IPV4
  [229, rawIp], // IPV6
  [239, nflog], // NFLOG
  [276, linuxCooked2], // LINUX_SLL2
]);

/** Whether frames of this LINKTYPE_ number can be decoded. */
export function isKnownLinkType(linkType: number): boolean {
  return LINK_LAYERS.has(linkType);
}

/** Reads the link layer header at `packet.at`: what follows it. */
export function linkLayer(packet: PacketUnderway, linkType: number): Following {
  if (linkType === 1) return ethernetLayer(packet);
  return LINK_LAYERS.get(linkType)?.(packet) ?? "unsupported-link-type";
}
