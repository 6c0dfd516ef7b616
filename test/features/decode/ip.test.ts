import { describe, expect, it } from "vitest";
import { decodeSegment } from "../../../features/decode/decode-segment.ts";
import { ipLayer } from "../../../features/decode/ip.ts";
import { packetUnderway } from "../../../features/decode/layer.ts";
import type { PacketUnderway } from "../../../features/decode/layer.ts";
import { capturePath, decoded, framesOf, segmentsOf } from "../../support/fixture-captures.ts";
import { segment } from "../../support/packet-builder.ts";
import type { ExtensionHeader, SegmentDescription } from "../../support/packet-builder.ts";

const V6 = { from: "[2001:db8::1]:40000", to: "[2001:db8::2]:25" } as const;

type IpFields = Pick<
  PacketUnderway,
  "family" | "sourceOffset" | "destinationOffset" | "hopLimit" | "at" | "end"
>;

/** What the IP layer says of a packet whose TCP header it finds, or what it finds in its place. */
function ipOfBytes(bytes: Uint8Array, capturedEnd: number): IpFields | string {
  const packet = { ...packetUnderway(), bytes, capturedEnd, end: bytes.length };
  const following = ipLayer(packet);
  const { family, sourceOffset, destinationOffset, hopLimit, at, end } = packet;
  return following === "tcp"
    ? { family, sourceOffset, destinationOffset, hopLimit, at, end }
    : following;
}

/** The IP layer of the described packet, without a link layer and captured as far as `capturedEnd`. */
function ipOf(description: SegmentDescription, capturedEnd?: number): IpFields | string {
  const { bytes } = segment({ ...description, link: "raw" });
  return ipOfBytes(bytes, capturedEnd ?? bytes.length);
}

/** The IP layer of the described packet with one of its bytes changed. */
function ipWith(description: SegmentDescription, at: number, byte: number): IpFields | string {
  const { bytes } = segment({ ...description, link: "raw" });
  bytes[at] = byte;
  return ipOfBytes(bytes, bytes.length);
}

describe("ipLayer of IPv4", () => {
  it("finds addresses, TTL, TCP header and end", () => {
    expect(ipOf({ hopLimit: 55, payload: "EHLO", padding: 6 })).toEqual({
      family: 4,
      sourceOffset: 12,
      destinationOffset: 16,
      hopLimit: 55,
      at: 20,
      end: 44,
    });
  });

  it("looks behind options", () => {
    expect(ipOf({ ipv4Options: [7, 7, 4, 0, 0, 0, 0, 0] })).toMatchObject({ at: 28 });
  });

  it("takes a total length of 0 for the whole frame", () => {
    expect(ipOf({ ipLength: 0, payload: "x".repeat(3000) })).toMatchObject({ end: 3040 });
  });

  it("believes the total length where the frame is shorter", () => {
    expect(ipOf({ ipLength: 1500 })).toMatchObject({ end: 1500 });
  });

  it("decodes the first fragment and names the later ones", () => {
    expect(ipOf({ fragment: { offset: 0, more: true } })).toMatchObject({ at: 20 });
    expect(ipOf({ fragment: { offset: 1, more: false } })).toBe("later-fragment");
    expect(ipOf({ fragment: { offset: 0x1fff, more: true } })).toBe("later-fragment");
  });

  it.each([
    ["another protocol", ipOf({ protocol: 1 }), "not-tcp"],
    [
      "a later fragment of another protocol",
      ipOf({ protocol: 1, fragment: { offset: 9, more: false } }),
      "not-tcp",
    ],
    ["a header length below 20", ipWith({}, 0, 0x44), "bad-length"],
    ["a header longer than the packet", ipWith({ ipLength: 40 }, 0, 0x4f), "bad-length"],
    ["a total length below the header's", ipOf({ ipLength: 19 }), "bad-length"],
  ])("refuses %s", (_name, result, reason) => {
    expect(result).toBe(reason);
  });

  it("says where the header was cut", () => {
    for (let end = 1; end < 20; end++) expect(ipOf({}, end)).toBe("cut-short");
  });
});

describe("ipLayer of IPv6", () => {
  it("finds addresses, hop limit, TCP header and end", () => {
    expect(ipOf({ ...V6, hopLimit: 61, payload: "EHLO", padding: 2 })).toEqual({
      family: 6,
      sourceOffset: 8,
      destinationOffset: 24,
      hopLimit: 61,
      at: 40,
      end: 64,
    });
  });

  it.each([
    [["hop-by-hop"], 48],
    [["routing", "destination"], 56],
    [["fragment"], 48],
    [["ah"], 52],
    [["hop-by-hop", "destination", "routing", "fragment", "ah", "destination"], 92],
  ] satisfies [ExtensionHeader[], number][])("looks behind %j", (extensionHeaders, at) => {
    expect(ipOf({ ...V6, extensionHeaders })).toMatchObject({ at, end: at + 20 });
  });

  it("takes a payload length of 0 for the whole frame", () => {
    expect(ipOf({ ...V6, ipLength: 0, payload: "x".repeat(3000) })).toMatchObject({ end: 3060 });
  });

  it("decodes the first fragment and names the later ones", () => {
    const fragmented = { ...V6, extensionHeaders: ["fragment"] } as const;
    expect(ipOf({ ...fragmented, fragment: { offset: 0, more: true } })).toMatchObject({
      at: 48,
    });
    expect(ipOf({ ...fragmented, fragment: { offset: 1, more: false } })).toBe("later-fragment");
  });

  it("takes twelve extension headers and no more", () => {
    const headers = (count: number): ExtensionHeader[] =>
      Array<ExtensionHeader>(count).fill("destination");
    expect(ipOf({ ...V6, extensionHeaders: headers(12) })).toMatchObject({ at: 136 });
    expect(ipOf({ ...V6, extensionHeaders: headers(13) })).toBe("too-many-headers");
  });

  it.each([
    ["another protocol", ipOf({ ...V6, protocol: 58 }), "not-tcp"],
    [
      "another protocol behind an extension header",
      ipOf({ ...V6, protocol: 59, extensionHeaders: ["hop-by-hop"] }),
      "not-tcp",
    ],
    [
      "an extension header that overruns the packet",
      ipWith({ ...V6, extensionHeaders: ["destination"] }, 41, 200),
      "bad-length",
    ],
    [
      "an extension header that the packet has no room for",
      ipOf({ ...V6, ipLength: 7, extensionHeaders: ["destination"] }),
      "bad-length",
    ],
  ])("refuses %s", (_name, result, reason) => {
    expect(result).toBe(reason);
  });

  it("says where the headers were cut", () => {
    const description = { ...V6, extensionHeaders: ["hop-by-hop", "ah"] } as const;
    for (let end = 1; end < 56; end++) expect(ipOf(description, end)).toBe("cut-short");
  });
});

describe("the IP layer of captures", () => {
  it("finds the same conversation behind IPv6 extension headers", async () => {
    const plain = await segmentsOf("v6.pcap");
    const extended = await segmentsOf("v6-ext.pcap");
    expect(extended.map((one) => [one.sequence, one.payloadLength])).toEqual(
      plain.map((one) => [one.sequence, one.payloadLength]),
    );
  });

  it("counts the second of two fragments apart", async () => {
    const results = (await framesOf(capturePath("ipfrag.pcap"))).map(decodeSegment);
    expect(results.filter((result) => result === "later-fragment")).toHaveLength(1);
    expect(results.filter((result) => typeof result !== "string")).toHaveLength(15);
  });

  it("takes the length of the frame where the kernel left the segmentation to the card", async () => {
    const frames = await framesOf(capturePath("tso0.pcap"));
    const longest = frames.reduce((a, b) => (a.originalLength > b.originalLength ? a : b));
    const segmentOfIt = decoded(decodeSegment(longest));
    expect(segmentOfIt.payloadLength).toBe(longest.originalLength - segmentOfIt.payloadOffset);
    expect(segmentOfIt.payloadLength).toBeGreaterThan(40_000);
  });
});
