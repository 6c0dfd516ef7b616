import { has } from "./layer.ts";
import type { Following, PacketUnderway } from "./layer.ts";
import { uint8 } from "./network-order.ts";

const LABEL_BYTES = 4;
/** Three labels are usual with traffic engineering and VPNs; more than this is a broken or hostile frame. */
const MAX_LABELS = 16;
const BOTTOM_OF_STACK = 0x01;

const CONTROL_WORD_BYTES = 4;
const CONTROL_WORD_NIBBLE = 0;

/**
 * A stack of MPLS labels (RFC 3032 §2.1). No field says what follows: a packet begins with its IP version, and the frame of a
 * pseudowire with a control word whose first four bits are 0 for just that reason (RFC 4385 §3).
 */
export function mplsLayer(packet: PacketUnderway): Following {
  if (!skipLabels(packet)) return has(packet, LABEL_BYTES) ? "too-many-headers" : "cut-short";
  if (!has(packet, 1)) return "cut-short";
  if (uint8(packet.bytes, packet.at) >>> 4 !== CONTROL_WORD_NIBBLE) return "ip";
  packet.at += CONTROL_WORD_BYTES;
  return "ethernet";
}

/** Moves behind the label that ends the stack; false where none of those captured does. */
function skipLabels(packet: PacketUnderway): boolean {
  for (let labels = 0; labels < MAX_LABELS && has(packet, LABEL_BYTES); labels++) {
    const flags = uint8(packet.bytes, packet.at + 2);
    packet.at += LABEL_BYTES;
    if ((flags & BOTTOM_OF_STACK) !== 0) return true;
  }
  return false;
}
