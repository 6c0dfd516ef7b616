import { describe, expect, it } from "vitest";
import { packetUnderway } from "../../../features/decode/layer.ts";
import type { Frame, IgnoredReason, TcpSegment } from "../../../features/decode/segment.ts";
import { decodeTcp, emptySegment } from "../../../features/decode/tcp.ts";
import { segment } from "../../support/packet-builder.ts";
import type { SegmentDescription } from "../../support/packet-builder.ts";

const IP_HEADER_BYTES = 20;

interface Limits {
  readonly end?: number;
  readonly capturedEnd?: number;
}

/** The TCP layer of a raw IPv4 frame as if its IP layer had ended at `end`, captured as far as `capturedEnd`. */
function tcpOfFrame(frame: Frame, limits: Limits = {}): TcpSegment | IgnoredReason {
  const { bytes } = frame;
  const { end = bytes.length, capturedEnd = bytes.length } = limits;
  const packet = { ...packetUnderway(), bytes, at: IP_HEADER_BYTES, end, capturedEnd };
  return decodeTcp(frame, packet, emptySegment());
}

function tcpOf(description: SegmentDescription, limits?: Limits): TcpSegment | IgnoredReason {
  return tcpOfFrame(segment({ ...description, link: "raw" }), limits);
}

/** The described packet with another data offset, in bytes. */
function tcpWithHeaderLength(headerBytes: number): TcpSegment | IgnoredReason {
  const frame = segment({ link: "raw", payload: "0123456789" });
  frame.bytes[IP_HEADER_BYTES + 12] = (headerBytes / 4) << 4;
  return tcpOfFrame(frame);
}

describe("decodeTcp", () => {
  it("reads the fields of the header", () => {
    const result = tcpOf({
      from: "192.0.2.1:65535",
      to: "198.51.100.2:25",
      sequence: 0xffffffff,
      acknowledgment: 0x80000000,
      flags: "PA",
      window: 65_535,
      payload: "MAIL FROM:<>\r\n",
      time: 12.25,
    });
    expect(result).toMatchObject({
      seconds: 12,
      nanoseconds: 250_000_000,
      sourcePort: 65_535,
      destinationPort: 25,
      sequence: 0xffffffff,
      acknowledgment: 0x80000000,
      flags: 0x18,
      window: 65_535,
      payloadLength: 14,
      payloadOffset: 40,
      payloadCaptured: 14,
    });
  });

  it.each([
    ["F", 0x01],
    ["S", 0x02],
    ["R", 0x04],
    ["P", 0x08],
    ["A", 0x10],
    ["U", 0x20],
    ["E", 0x40],
    ["C", 0x80],
    ["FSRPAUEC", 0xff],
  ])("reads the flags %s", (flags, bits) => {
    expect(tcpOf({ flags })).toMatchObject({ flags: bits });
  });

  it("reads the bit before the flags, which Accurate ECN uses, as the ninth", () => {
    const frame = segment({ link: "raw", flags: "S" });
    frame.bytes[IP_HEADER_BYTES + 12] = 0x5f;
    expect(tcpOfFrame(frame)).toMatchObject({ flags: 0x102 });
  });

  it("counts the payload on the wire and the captured part apart", () => {
    const payload = "x".repeat(1000);
    expect(tcpOf({ payload }, { capturedEnd: 140 })).toMatchObject({
      payloadLength: 1000,
      payloadCaptured: 100,
    });
    expect(tcpOf({ payload }, { capturedEnd: 40 })).toMatchObject({
      payloadLength: 1000,
      payloadCaptured: 0,
    });
  });

  it("ends the payload where the IP packet ends, not the frame", () => {
    expect(tcpOf({ payload: "0123456789" }, { end: 43 })).toMatchObject({
      payloadLength: 3,
      payloadCaptured: 3,
    });
  });

  it("puts the payload behind options that were not captured", () => {
    const options = { mss: 1460, timestamps: [1, 2] } as const;
    expect(tcpOf({ options, payload: "abc" }, { capturedEnd: 42 })).toMatchObject({
      payloadOffset: 56,
      payloadLength: 3,
      payloadCaptured: 0,
      options: { whole: false },
    });
  });

  it("says where the fixed header was cut", () => {
    for (let capturedEnd = 20; capturedEnd < 40; capturedEnd++) {
      expect(tcpOf({}, { capturedEnd })).toBe("cut-short");
    }
  });

  it.each([0, 4, 16])("refuses a header length of %i bytes", (length) => {
    expect(tcpWithHeaderLength(length)).toBe("bad-length");
  });

  it("takes a header that fills the packet and refuses a longer one", () => {
    expect(tcpWithHeaderLength(28)).toMatchObject({ payloadLength: 2 });
    expect(tcpWithHeaderLength(32)).toBe("bad-length");
  });

  it("refuses a packet that has no room for the header", () => {
    expect(tcpOf({}, { end: 39 })).toBe("bad-length");
  });
});
