import { ethernetLayer, snapLayer, vlanLayer } from "./ether-type.ts";
import { ipLayer } from "./ip.ts";
import { packetUnderway } from "./layer.ts";
import type { Following, Layer, LayerName, PacketUnderway } from "./layer.ts";
import { linkLayer } from "./link.ts";
import { mplsLayer } from "./mpls.ts";
import { pppLayer, pppoeLayer } from "./ppp.ts";
import type { Frame, IgnoredReason, TcpSegment } from "./segment.ts";
import { decodeTcp, emptySegment } from "./tcp.ts";
import { greLayer, udpLayer } from "./tunnels.ts";

/** The layers by their names; each says which comes behind it, so that they nest as they do on the wire. */
const LAYERS: Readonly<Record<LayerName, Layer>> = {
  ethernet: ethernetLayer,
  snap: snapLayer,
  vlan: vlanLayer,
  pppoe: pppoeLayer,
  ppp: pppLayer,
  mpls: mplsLayer,
  ip: ipLayer,
  gre: greLayer,
  udp: udpLayer,
};

/**
 * Headers that a frame may have between its link layer and TCP. A tunnel that carries Ethernet with VLAN tags through GRE over
 * PPPoE has 9; more is a hostile frame.
 */
export const MAX_LAYERS = 16;

/**
 * Decodes captured frames down to their TCP segment, or says why there is none. Never throws, whatever the bytes are.
 *
 * Of a packet in fragments the first one is decoded with the payload that it carries itself. Where lengths contradict each
 * other, that of the innermost IP header is believed.
 */
export class SegmentDecoder {
  readonly #packet: PacketUnderway = packetUnderway();
  readonly #segment = emptySegment();

  /** The segment is valid until the next call, which fills the same object, and as long as the frame's buffer is. */
  decode(frame: Frame): TcpSegment | IgnoredReason {
    const packet = this.#packet;
    const { bytes, offset } = frame;
    packet.bytes = bytes;
    packet.at = offset;
    packet.capturedEnd = Math.min(offset + frame.capturedLength, bytes.length);
    packet.end = Math.max(offset + frame.originalLength, packet.capturedEnd);
    const innermost = behindAll(packet, linkLayer(packet, frame.linkType));
    return innermost === "tcp" ? decodeTcp(frame, packet, this.#segment) : innermost;
  }
}

/** Decodes one frame into a segment of its own. */
export function decodeSegment(frame: Frame): TcpSegment | IgnoredReason {
  return new SegmentDecoder().decode(frame);
}

/** Follows the layers from the one named `first` on, until TCP or something that is not followed. */
function behindAll(packet: PacketUnderway, first: Following): "tcp" | IgnoredReason {
  let following = first;
  for (let layers = 0; layers < MAX_LAYERS; layers++) {
    if (following === "tcp" || !isLayer(following)) return following;
    following = LAYERS[following](packet);
  }
  return isLayer(following) ? "too-many-headers" : following;
}

function isLayer(following: Following): following is LayerName {
  return following in LAYERS;
}
