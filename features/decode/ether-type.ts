import { has } from "./layer.ts";
import type { Following, LayerName, PacketUnderway } from "./layer.ts";
import { uint8, uint16 } from "./network-order.ts";

const IPV4 = 0x0800;
const IPV6 = 0x86dd;

/** The numbers of IEEE's list that lead to TCP. 0x9100 and 0x9200 were used for stacked tags before 802.1ad. */
const LAYERS: ReadonlyMap<number, LayerName> = new Map([
  [0x8100, "vlan"],
  [0x88a8, "vlan"],
  [0x9100, "vlan"],
  [0x9200, "vlan"],
  [0x8864, "pppoe"],
  [0x8847, "mpls"],
  [0x8848, "mpls"],
  [0x6558, "ethernet"], // transparent Ethernet bridging, behind GRE
  [0x880b, "ppp"],
]);

/** Values up to this one are no type but a length, and an LLC header follows (IEEE 802.3 §3.2.6). */
const LARGEST_LENGTH = 1500;

const VLAN_TAG_BYTES = 4;
/** Two tags are usual and three occur; more is a broken or hostile frame. */
const MAX_VLAN_TAGS = 8;

const ETHERNET_HEADER_BYTES = 14;
const SNAP_HEADER_BYTES = 8;
/** Subnetwork access point and control field that say that a type follows (IEEE 802). */
const SNAP = 0xaaaa;
const UNNUMBERED = 3;

/** What a type field says of the header behind it. */
export function followingType(etherType: number): Following {
  if (etherType === IPV4 || etherType === IPV6) return "ip";
  return LAYERS.get(etherType) ?? (etherType <= LARGEST_LENGTH ? "snap" : "not-ip");
}

/** Ethernet: two addresses of six bytes, then the type. */
export function ethernetLayer(packet: PacketUnderway): Following {
  if (!has(packet, ETHERNET_HEADER_BYTES)) return "cut-short";
  const etherType = uint16(packet.bytes, packet.at + 12);
  packet.at += ETHERNET_HEADER_BYTES;
  return followingType(etherType);
}

/** 802.1Q and 802.1ad tags, as many as there are. */
export function vlanLayer(packet: PacketUnderway): Following {
  for (let tags = 0; tags < MAX_VLAN_TAGS; tags++) {
    if (!has(packet, VLAN_TAG_BYTES)) return "cut-short";
    const etherType = uint16(packet.bytes, packet.at + 2);
    packet.at += VLAN_TAG_BYTES;
    const following = followingType(etherType);
    if (following !== "vlan") return following;
  }
  return "too-many-headers";
}

/** LLC with SNAP, where Ethernet has a length, and on token ring and FDDI. */
export function snapLayer(packet: PacketUnderway): Following {
  const { bytes, at } = packet;
  if (!has(packet, SNAP_HEADER_BYTES))
    return has(packet, 3) && !isSnap(bytes, at) ? "not-ip" : "cut-short";
  if (!isSnap(bytes, at)) return "not-ip";
  packet.at += SNAP_HEADER_BYTES;
  const following = followingType(uint16(bytes, at + 6));
  return following === "snap" ? "not-ip" : following;
}

function isSnap(bytes: Uint8Array, at: number): boolean {
  return uint16(bytes, at) === SNAP && uint8(bytes, at + 2) === UNNUMBERED;
}
