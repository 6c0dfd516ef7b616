import { describe, expect, it } from "vitest";
import { addressText } from "../../../features/decode/address.ts";
import { decodeSegment, MAX_LAYERS } from "../../../features/decode/decode-segment.ts";
import type { Frame, IgnoredReason, TcpSegment } from "../../../features/decode/segment.ts";
import { concatenate, uint16Bytes } from "../../support/byte-building.ts";
import {
  encapsulated,
  ENCAPSULATIONS,
  ethernet,
  gre,
  mplsLabels,
  outerIpv4,
  snap,
  versionOf,
} from "../../support/encapsulation.ts";
import type { Encapsulation } from "../../support/encapsulation.ts";
import { decoded } from "../../support/fixture-captures.ts";
import { frameOf, segment } from "../../support/packet-builder.ts";

const SEGMENT = {
  flags: "PA",
  sequence: 7,
  acknowledgment: 9,
  payload: "EHLO x\r\n",
  hopLimit: 51,
};
const PACKETS = [
  segment({ ...SEGMENT, link: "raw" }),
  segment({ ...SEGMENT, link: "raw", from: "[2001:db8::7]:40000", to: "[2001:db8::25]:25" }),
];

/** What a segment says, wherever it lay. */
function said(result: TcpSegment | IgnoredReason): unknown {
  const one = decoded(result);
  return {
    from: addressText(one.bytes, one.sourceOffset, one.family),
    to: addressText(one.bytes, one.destinationOffset, one.family),
    ports: [one.sourcePort, one.destinationPort],
    numbers: [one.sequence, one.acknowledgment, one.flags, one.window, one.hopLimit],
    payload: Buffer.from(one.bytes.subarray(one.payloadOffset)).toString(),
    lengths: [one.payloadLength, one.payloadCaptured],
  };
}

/** The decoded frame of an Ethernet payload of this type. */
function decodedType(etherType: number, payload: Uint8Array): TcpSegment | IgnoredReason {
  return decodeSegment(frameOf(ethernet(etherType, payload)));
}

const inner = PACKETS.map(({ bytes }) => bytes)[0] ?? new Uint8Array(0);

describe.each(Object.entries(ENCAPSULATIONS))("in %s", (_name, encapsulation) => {
  it("the segment is what it is without, addresses and hop limit those of the innermost header", () => {
    for (const packet of PACKETS) {
      expect(said(decodeSegment(encapsulated(packet, encapsulation)))).toEqual(
        said(decodeSegment(packet)),
      );
    }
  });

  it("a frame cut anywhere before the TCP header's end is cut short", () => {
    for (const packet of PACKETS) {
      const frame = encapsulated(packet, encapsulation);
      const headers = frame.capturedLength - SEGMENT.payload.length;
      for (let length = 1; length < headers; length++) {
        const cut: Frame = {
          ...frame,
          bytes: frame.bytes.slice(0, length),
          capturedLength: length,
        };
        expect([length, decodeSegment(cut)]).toEqual([length, "cut-short"]);
      }
    }
  });
});

describe("links that are seldom met", () => {
  const version = uint16Bytes(0x0021);
  it.each<[string, number, Uint8Array]>([
    ["PPP", 9, concatenate([0xff, 3], version, inner)],
    ["PPP without address and control", 9, concatenate(version, inner)],
    ["PPP with a compressed protocol", 9, concatenate([0x21], inner)],
    ["PPP in HDLC framing", 50, concatenate([0xff, 3], version, inner)],
    ["Cisco HDLC", 104, concatenate([0x0f, 0, 8, 0], inner)],
    ["PPPoE without Ethernet", 51, concatenate([0x11, 0, 0, 1, 0, 0], version, inner)],
    ["FDDI", 10, concatenate([0x50], new Uint8Array(12), snap(inner))],
    ["token ring", 6, concatenate([0x10, 0x40], new Uint8Array(12), snap(inner))],
    [
      "token ring with a route",
      6,
      concatenate([0x10, 0x40], new Uint8Array(6), [0x80, 0, 0, 0, 0, 0, 4, 0, 0, 0], snap(inner)),
    ],
    [
      "NFLOG",
      239,
      concatenate(
        [2, 0, 0, 5, 8, 0, 1, 0, 8, 0, 1, 0, 5, 0, 10, 0, 65, 0, 0, 0],
        [...[inner.length + 4, 0, 9, 0], ...inner],
      ),
    ],
  ])("%s", (_name, linkType, bytes) => {
    expect(said(decodeSegment(frameOf(bytes, { linkType })))).toEqual(
      said(decodeSegment(PACKETS[0] ?? segment())),
    );
  });

  it.each<[string, number, readonly number[], IgnoredReason]>([
    ["another PPP protocol", 9, [0xff, 3, 0xc0, 0x21, 1], "not-ip"],
    ["a PPPoE packet without data", 51, [0x11, 9, 0, 1, 0, 0, 0, 0x21], "not-ip"],
    ["an FDDI frame of another class", 10, [0x41, ...Array<number>(40).fill(0)], "not-ip"],
    ["a token ring frame of another class", 6, [0, 0, ...Array<number>(40).fill(0)], "not-ip"],
    ["an NFLOG attribute without room for itself", 239, [2, 0, 0, 5, 3, 0, 1, 0], "bad-length"],
    ["an NFLOG packet without a packet", 239, [2, 0, 0, 5, 4, 0, 1, 0], "cut-short"],
    ["an unknown Cisco HDLC address", 104, [0x11, 0, 8, 0, 0x45], "not-ip"],
  ])("passes over %s", (_name, linkType, bytes, reason) => {
    expect(decodeSegment(frameOf(Uint8Array.from(bytes), { linkType }))).toBe(reason);
  });
});

describe("what is in a tunnel that is not followed", () => {
  it.each<[string, Encapsulation, IgnoredReason]>([
    [
      "GRE with source routes",
      (packet) => outerIpv4(47, gre(0x4000, 0x0800, packet)),
      "unsupported-tunnel",
    ],
    [
      "GRE of a later version",
      (packet) => outerIpv4(47, gre(2, 0x0800, packet)),
      "unsupported-tunnel",
    ],
    [
      "GRE of an unknown protocol",
      (packet) => outerIpv4(47, gre(0, 0x88be, packet)),
      "unsupported-tunnel",
    ],
    ["UDP", (packet) => outerIpv4(17, concatenate([0, 53, 0, 53, 0, 8, 0, 0], packet)), "not-tcp"],
    ["a later fragment of a tunnel", fragmented, "later-fragment"],
  ])("%s is counted under its reason", (_name, encapsulation, reason) => {
    expect(decodedType(0x0800, encapsulation(inner))).toBe(reason);
  });

  it("is counted where the labels of MPLS do not end", () => {
    expect(decodedType(0x8847, mplsLabels(16, inner))).toMatchObject({ sequence: 7 });
    expect(decodedType(0x8847, mplsLabels(17, inner))).toBe("too-many-headers");
  });

  it("is counted where the nesting is deeper than any real one", () => {
    const nested = (depth: number): Uint8Array => {
      let packet = inner;
      for (let level = 0; level < depth; level++) packet = outerIpv4(4, packet);
      return packet;
    };
    expect(decodedType(0x0800, nested(MAX_LAYERS - 1))).toMatchObject({ sequence: 7 });
    expect(decodedType(0x0800, nested(MAX_LAYERS))).toBe("too-many-headers");
  });
});

describe("Teredo", () => {
  const teredo = (...ahead: readonly number[]): Uint8Array => {
    const packet = PACKETS.map(({ bytes }) => bytes).find((bytes) => versionOf(bytes) === 6);
    const udp = concatenate(uint16Bytes(3544), [0x30, 0, 0, 0, 0, 0], ahead, packet ?? []);
    return outerIpv4(17, udp);
  };

  it.each([
    ["alone", []],
    ["behind an origin", [0, 0, 1, 2, 3, 4, 5, 6]],
    ["behind an authentication", [0, 1, 2, 1, ...Array<number>(12).fill(5)]],
    ["behind both", [0, 1, 0, 0, ...Array<number>(9).fill(5), 0, 0, 1, 2, 3, 4, 5, 6]],
  ])("is looked through, the packet %s", (_name, ahead) => {
    expect(decodedType(0x0800, teredo(...ahead))).toMatchObject({ family: 6, sequence: 7 });
  });

  it("is not guessed where no IPv6 header stands", () => {
    expect(decodedType(0x0800, teredo(0x45))).toBe("not-tcp");
  });
});

function fragmented(packet: Uint8Array): Uint8Array {
  const tunnel = outerIpv4(4, packet);
  tunnel[7] = 9;
  return tunnel;
}
