import { decodeIp } from "./ip.ts";
import { findIpHeader } from "./link.ts";
import type { Frame, IgnoredReason, TcpSegment } from "./segment.ts";
import { decodeTcp } from "./tcp.ts";

/**
 * Decodes one captured frame down to its TCP segment, or says why it holds none. Never throws, whatever the bytes are.
 *
 * The segment refers to the frame's buffer and is valid as long as that is. Of a packet in fragments the first one is
 * decoded with the payload that it carries itself. Where lengths contradict each other, that of the IP header is believed.
 */
export function decodeSegment(frame: Frame): TcpSegment | IgnoredReason {
  const { bytes, offset, capturedLength } = frame;
  const capturedEnd = Math.min(offset + capturedLength, bytes.length);
  const wireEnd = Math.max(offset + frame.originalLength, capturedEnd);
  const ipOffset = findIpHeader(frame.linkType, bytes, offset, capturedEnd);
  if (typeof ipOffset !== "number") return ipOffset;
  const packet = decodeIp(bytes, ipOffset, { capturedEnd, wireEnd });
  if (typeof packet === "string") return packet;
  return decodeTcp(frame, packet, capturedEnd);
}
