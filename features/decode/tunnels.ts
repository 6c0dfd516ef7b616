import { followingType } from "./ether-type.ts";
import { has } from "./layer.ts";
import type { Following, PacketUnderway } from "./layer.ts";
import { uint8, uint16 } from "./network-order.ts";

/** Flags of a GRE header; each field that one announces takes four bytes (RFC 2784 §2, RFC 2890 §2, RFC 1701). */
const GRE_CHECKSUM = 0x8000;
const GRE_ROUTING = 0x4000;
const GRE_KEY = 0x2000;
const GRE_SEQUENCE = 0x1000;
/** In version 1, that of PPTP (RFC 2637 §4.1). */
const GRE_ACKNOWLEDGMENT = 0x0080;
const GRE_VERSION = 0x0007;
const GRE_BASE_BYTES = 4;
const GRE_FIELD_BYTES = 4;

const UDP_HEADER_BYTES = 8;
const TEREDO_PORT = 3544;
/** What may stand before the packet (RFC 4380 §5.1.1): authentication, then the origin. */
const TEREDO_AUTHENTICATION = 0x0001;
const TEREDO_ORIGIN = 0x0000;
const TEREDO_ORIGIN_BYTES = 8;
/** Type, two lengths, nonce and confirmation byte, without the variable parts. */
const TEREDO_AUTHENTICATION_BYTES = 13;

/** GRE of either version. The source routes of RFC 1701, which RFC 2784 took out, are not followed. */
export function greLayer(packet: PacketUnderway): Following {
  if (!has(packet, GRE_BASE_BYTES)) return "cut-short";
  const flags = uint16(packet.bytes, packet.at);
  const etherType = uint16(packet.bytes, packet.at + 2);
  if ((flags & GRE_VERSION) > 1 || (flags & GRE_ROUTING) !== 0) return "unsupported-tunnel";
  packet.at += GRE_BASE_BYTES + greFields(flags) * GRE_FIELD_BYTES;
  const following = followingType(etherType);
  return following === "not-ip" || following === "snap" ? "unsupported-tunnel" : following;
}

function greFields(flags: number): number {
  const optional =
    (flags & GRE_VERSION) === 0
      ? [GRE_CHECKSUM, GRE_KEY, GRE_SEQUENCE]
      : [GRE_KEY, GRE_SEQUENCE, GRE_ACKNOWLEDGMENT];
  return optional.filter((flag) => (flags & flag) !== 0).length;
}

/** UDP, of which Teredo alone, IPv6 through a NAT (RFC 4380), leads to TCP. */
export function udpLayer(packet: PacketUnderway): Following {
  if (!has(packet, UDP_HEADER_BYTES)) return "cut-short";
  const { bytes, at } = packet;
  if (uint16(bytes, at) !== TEREDO_PORT && uint16(bytes, at + 2) !== TEREDO_PORT) return "not-tcp";
  packet.at += UDP_HEADER_BYTES;
  skipTeredoAuthentication(packet);
  if (has(packet, 2) && uint16(bytes, packet.at) === TEREDO_ORIGIN)
    packet.at += TEREDO_ORIGIN_BYTES;
  if (!has(packet, 1)) return "cut-short";
  return uint8(bytes, packet.at) >>> 4 === 6 ? "ip" : "not-tcp";
}

function skipTeredoAuthentication(packet: PacketUnderway): void {
  const { bytes, at } = packet;
  if (!has(packet, 4) || uint16(bytes, at) !== TEREDO_AUTHENTICATION) return;
  packet.at += TEREDO_AUTHENTICATION_BYTES + uint8(bytes, at + 2) + uint8(bytes, at + 3);
}
