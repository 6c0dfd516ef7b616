import { has } from "./layer.ts";
import type { Following, LayerName, PacketUnderway } from "./layer.ts";
import { uint8, uint16 } from "./network-order.ts";

/** PPP protocol numbers, from the list that IANA keeps. */
const PROTOCOLS: ReadonlyMap<number, LayerName> = new Map([
  [0x0021, "ip"],
  [0x0057, "ip"],
  [0x0281, "mpls"],
]);

/** "All stations" and "unnumbered information", which PPP may leave out (RFC 1661 §6.6). */
const ADDRESS_AND_CONTROL = 0xff03;

const PPPOE_HEADER_BYTES = 6;
const PPPOE_VERSION_AND_TYPE = 0x11;
const PPPOE_SESSION_DATA = 0;

/** PPP (RFC 1661 §2): a protocol of two bytes, or of one, which is odd, where the field is compressed. */
export function pppLayer(packet: PacketUnderway): Following {
  if (!has(packet, 4)) return "cut-short";
  const { bytes } = packet;
  if (uint16(bytes, packet.at) === ADDRESS_AND_CONTROL) packet.at += 2;
  const isCompressed = (uint8(bytes, packet.at) & 1) !== 0;
  const protocol = isCompressed ? uint8(bytes, packet.at) : uint16(bytes, packet.at);
  packet.at += isCompressed ? 1 : 2;
  return PROTOCOLS.get(protocol) ?? "not-ip";
}

/** PPPoE's session stage (RFC 2516 §4), of which the packets with data are PPP without its framing. */
export function pppoeLayer(packet: PacketUnderway): Following {
  if (!has(packet, PPPOE_HEADER_BYTES)) return "cut-short";
  const { bytes, at } = packet;
  if (uint8(bytes, at) !== PPPOE_VERSION_AND_TYPE) return "not-ip";
  if (uint8(bytes, at + 1) !== PPPOE_SESSION_DATA) return "not-ip";
  packet.at += PPPOE_HEADER_BYTES;
  return "ppp";
}
