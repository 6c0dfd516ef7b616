import { describe, expect, it } from "vitest";
import { decodeSegment } from "../../../features/decode/decode-segment.ts";
import { vlanLayer } from "../../../features/decode/ether-type.ts";
import { packetUnderway } from "../../../features/decode/layer.ts";
import { isKnownLinkType, linkLayer } from "../../../features/decode/link.ts";
import { decoded, segmentsOf } from "../../support/fixture-captures.ts";
import { frameOf, LINK_TYPES, segment } from "../../support/packet-builder.ts";
import type { LinkName, SegmentDescription } from "../../support/packet-builder.ts";

const LINK_HEADER_BYTES: Readonly<Record<LinkName, number>> = {
  ethernet: 14,
  sll: 16,
  sll2: 20,
  raw: 0,
  null: 4,
  loop: 4,
};
const links = Object.keys(LINK_TYPES) as LinkName[];

/** Where the IP header behind a link layer and VLAN tags is, or what stands there in its place. */
function ipHeaderOf(linkType: number, bytes: Uint8Array): number | string {
  const packet = { ...packetUnderway(), bytes, capturedEnd: bytes.length, end: bytes.length };
  const following = linkLayer(packet, linkType);
  const behindTags = following === "vlan" ? vlanLayer(packet) : following;
  return behindTags === "ip" ? packet.at : behindTags;
}

/** Where the IP header of the described frame is found, or why it is not. */
function found(description: SegmentDescription, linkType?: number): number | string {
  const frame = segment(description);
  return ipHeaderOf(linkType ?? frame.linkType, frame.bytes);
}

describe("linkLayer", () => {
  it.each(links)("finds IPv4 and IPv6 behind %s", (link) => {
    expect(found({ link })).toBe(LINK_HEADER_BYTES[link]);
    expect(found({ link, from: "[2001:db8::1]:1", to: "[2001:db8::2]:25" })).toBe(
      LINK_HEADER_BYTES[link],
    );
  });

  it.each(["ethernet", "sll", "sll2"] as const)("looks through VLAN tags on %s", (link) => {
    expect(found({ link, vlans: [7] })).toBe(LINK_HEADER_BYTES[link] + 4);
    expect(found({ link, vlans: [7, 8, 9] })).toBe(LINK_HEADER_BYTES[link] + 12);
  });

  it("takes eight VLAN tags and no more", () => {
    expect(found({ vlans: Array<number>(8).fill(1) })).toBe(14 + 32);
    expect(found({ vlans: Array<number>(9).fill(1) })).toBe("too-many-headers");
  });

  it.each([12, 14, 101, 228, 229])("takes link type %i for IP without a link layer", (linkType) => {
    expect(found({ link: "raw" }, linkType)).toBe(0);
  });

  it.each([
    ["IPv4, big-endian", [0, 0, 0, 2]],
    ["IPv4, little-endian", [2, 0, 0, 0]],
    ["IPv6 of FreeBSD", [28, 0, 0, 0]],
    ["IPv6 of OpenBSD", [0, 0, 0, 24]],
  ])("takes the loopback family %s", (_name, family) => {
    const bytes = Uint8Array.from([...family, 0x45]);
    expect(ipHeaderOf(0, bytes)).toBe(4);
  });

  it.each([
    ["of another protocol", [0, 0, 0, 16]],
    ["with bits on both ends", [2, 0, 0, 2]],
  ])("refuses a loopback family %s", (_name, family) => {
    const bytes = Uint8Array.from([...family, 0x45]);
    expect(ipHeaderOf(0, bytes)).toBe("not-ip");
  });

  it("refuses what is not IP by its EtherType or its version", () => {
    const arp = Uint8Array.from([...new Uint8Array(12), 0x08, 0x06, 0x45]);
    expect(ipHeaderOf(1, arp)).toBe("not-ip");
    const version5 = Uint8Array.from([...new Uint8Array(12), 0x08, 0x00, 0x55]);
    expect(decodeSegment(frameOf(version5))).toBe("not-ip");
  });

  it.each(links)("says where %s was cut before the IP header", (link) => {
    const { bytes, linkType } = segment({ link, vlans: link === "sll" ? [7] : [] });
    const header = found({ link, vlans: link === "sll" ? [7] : [] }) as number;
    for (let end = 0; end <= header; end++) {
      expect(decodeSegment(frameOf(bytes.subarray(0, end), { linkType }))).toBe("cut-short");
    }
  });

  it("does not guess a link type that it does not know", () => {
    expect(found({ link: "raw" }, 147)).toBe("unsupported-link-type");
  });
});

describe("isKnownLinkType", () => {
  it("knows what can be decoded", () => {
    const known = Array.from({ length: 512 }, (_, linkType) => linkType).filter(isKnownLinkType);
    expect(known).toEqual([0, 1, 6, 9, 10, 12, 14, 50, 51, 101, 104, 108, 113, 228, 229, 239, 276]);
  });
});

describe("one conversation behind several link layers", () => {
  it.each(["plain-vlan.pcap", "plain-qinq.pcap", "plain-sll.pcap", "plain-raw12.pcap"])(
    "is the same in %s as behind Ethernet",
    async (name) => {
      const numbers = async (capture: string): Promise<number[][]> =>
        (await segmentsOf(capture)).map((one) => [
          one.sequence,
          one.acknowledgment,
          one.flags,
          one.payloadLength,
        ]);
      expect(await numbers(name)).toEqual(await numbers("plain.pcap"));
    },
  );

  it("keeps the padding of short Ethernet frames out of the payload", () => {
    const padded = decoded(decodeSegment(segment({ padding: 6 })));
    expect([padded.payloadLength, padded.payloadCaptured]).toEqual([0, 0]);
  });
});
