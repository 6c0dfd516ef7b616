import { readdirSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressText } from "../../../features/decode/address.ts";
import { decodeSegment } from "../../../features/decode/decode-segment.ts";
import type { Frame, TcpSegment } from "../../../features/decode/segment.ts";
import { capturePath, decoded, framesOf, segmentsOf } from "../../support/fixture-captures.ts";
import { LINK_TYPES, segment } from "../../support/packet-builder.ts";
import type { LinkName, SegmentDescription } from "../../support/packet-builder.ts";

const REASONS = [
  "not-ip",
  "not-tcp",
  "later-fragment",
  "cut-short",
  "bad-length",
  "unsupported-link-type",
  "unsupported-tunnel",
  "too-many-headers",
];

/** Captures by construction: small enough to be cut at every byte. */
const SMALL_CAPTURES = readdirSync(capturePath(".")).filter(
  (name) => /\.pcap(ng)?$/.test(name) && !/-(sender|receiver)\./.test(name),
);

function withBytes(frame: Frame, bytes: Uint8Array): Frame {
  return { ...frame, bytes, offset: 0, capturedLength: bytes.length };
}

/** An endpoint as the builder takes it. */
function endpoint(one: TcpSegment, offset: number, port: number): string {
  const address = addressText(one.bytes, offset, one.family);
  return one.family === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

function sender(one: TcpSegment): string {
  return endpoint(one, one.sourceOffset, one.sourcePort);
}

function receiver(one: TcpSegment): string {
  return endpoint(one, one.destinationOffset, one.destinationPort);
}

function payloadText(one: TcpSegment): string {
  const { bytes, payloadOffset, payloadCaptured } = one;
  return Buffer.from(bytes.subarray(payloadOffset, payloadOffset + payloadCaptured)).toString();
}

/** What must hold of any segment, whatever frame it came from. */
function expectSound(one: TcpSegment, frame: Frame): void {
  expect(one.payloadCaptured).toBeGreaterThanOrEqual(0);
  expect(one.payloadCaptured).toBeLessThanOrEqual(one.payloadLength);
  const capturedEnd = frame.offset + frame.capturedLength;
  if (one.payloadCaptured > 0) {
    expect(one.payloadOffset + one.payloadCaptured).toBeLessThanOrEqual(capturedEnd);
  }
  expect(one.destinationOffset + (one.family === 4 ? 4 : 16)).toBeLessThanOrEqual(capturedEnd);
}

const uint16 = fc.nat(0xffff);
const uint32 = fc.nat(0xffffffff);

const descriptions: fc.Arbitrary<SegmentDescription> = fc
  .record({
    isIpv6: fc.boolean(),
    ports: fc.tuple(uint16, uint16),
    link: fc.constantFrom(...(Object.keys(LINK_TYPES) as LinkName[])),
    vlans: fc.array(fc.nat(4095), { maxLength: 3 }),
    flags: fc.subarray("SAPFRUEC".split("")).map((letters) => letters.join("")),
    sequence: uint32,
    acknowledgment: uint32,
    window: uint16,
    hopLimit: fc.nat(255),
    payload: fc.uint8Array({ maxLength: 60 }),
    padding: fc.nat(20),
    options: fc.record(
      {
        mss: uint16,
        windowScale: fc.nat(255),
        sackPermitted: fc.boolean(),
        timestamps: fc.tuple(uint32, uint32),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ isIpv6, ports: [from, to], link, vlans, ...rest }) => ({
    ...rest,
    link,
    vlans: ["ethernet", "sll", "sll2"].includes(link) ? vlans : [],
    from: isIpv6 ? `[2001:db8::1]:${from}` : `192.0.2.1:${from}`,
    to: isIpv6 ? `[2001:db8::2]:${to}` : `198.51.100.2:${to}`,
    extensionHeaders: isIpv6 ? (["hop-by-hop", "fragment"] as const) : [],
  }));

describe("decodeSegment", () => {
  it("reads a conversation", async () => {
    const segments = await segmentsOf("plain.pcap");
    expect(segments.slice(0, 2).map((one) => [sender(one), receiver(one)])).toEqual([
      ["192.0.2.10:40000", "198.51.100.25:25"],
      ["198.51.100.25:25", "192.0.2.10:40000"],
    ]);
    const lines = segments.filter((one) => one.payloadLength > 0).map(payloadText);
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^220 /);
    expect(lines.join("")).toContain("EHLO");
  });

  it("gives back what the builder was told", () => {
    fc.assert(
      fc.property(descriptions, (description) => {
        const one = decoded(decodeSegment(segment(description)));
        expect([sender(one), receiver(one)]).toEqual([description.from, description.to]);
        expect(one).toMatchObject({
          sequence: description.sequence,
          acknowledgment: description.acknowledgment,
          window: description.window,
          hopLimit: description.hopLimit,
          payloadLength: description.payload?.length,
          payloadCaptured: description.payload?.length,
          options: {
            maximumSegmentSize: description.options?.mss,
            windowScale: description.options?.windowScale,
            sackPermitted: description.options?.sackPermitted === true,
            timestamps: description.options?.timestamps !== undefined,
            whole: true,
          },
        });
      }),
    );
  });

  it("finds the frame wherever it lies in its buffer", () => {
    fc.assert(
      fc.property(descriptions, fc.nat(9), fc.nat(9), (description, before, behind) => {
        const frame = segment(description);
        const buffer = new Uint8Array(before + frame.bytes.length + behind).fill(0xff);
        buffer.set(frame.bytes, before);
        const here = decoded(decodeSegment(frame));
        const there = decoded(decodeSegment({ ...frame, bytes: buffer, offset: before }));
        expect(there).toEqual({
          ...here,
          bytes: buffer,
          sourceOffset: here.sourceOffset + before,
          destinationOffset: here.destinationOffset + before,
          payloadOffset: here.payloadOffset + before,
        });
      }),
    );
  });

  it.each(SMALL_CAPTURES)("survives every truncation of %s", async (name) => {
    for (const frame of await framesOf(capturePath(name))) {
      const whole = decodeSegment(frame);
      const seen = new Set<string | number>();
      for (let length = 0; length < frame.capturedLength; length++) {
        const result = decodeSegment(withBytes(frame, frame.bytes.slice(0, length)));
        seen.add(typeof result === "string" ? result : result.payloadLength);
      }
      const possible = typeof whole === "string" ? REASONS : ["cut-short", whole.payloadLength];
      expect(possible).toEqual(expect.arrayContaining([...seen]));
    }
  });

  it("gives a segment or a reason for any bytes of any link type", () => {
    const linkType = fc.oneof(fc.constantFrom(...Object.values(LINK_TYPES)), fc.nat(300));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), linkType, uint16, (bytes, type, length) => {
        const frame = { ...withBytes(segment(), bytes), linkType: type, originalLength: length };
        const result = decodeSegment(frame);
        if (typeof result === "string") expect(REASONS).toContain(result);
        else expectSound(result, frame);
      }),
      { numRuns: 1000 },
    );
  });

  it("gives a sound segment or a reason where some bytes of a good frame were changed", () => {
    const changes = fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(descriptions, changes, (description, changed) => {
        const frame = segment(description);
        for (const [at, byte] of changed) if (at < frame.bytes.length) frame.bytes[at] = byte;
        const result = decodeSegment(frame);
        if (typeof result === "string") expect(REASONS).toContain(result);
        else expectSound(result, frame);
      }),
      { numRuns: 1000 },
    );
  });

  it("does not read beyond the buffer where the frame claims more than there is", () => {
    const frame = segment({ payload: "abc", ipLength: 5000 });
    const result = decodeSegment({ ...frame, capturedLength: 9000, originalLength: 9000 });
    expect(result).toMatchObject({ payloadLength: 4960, payloadCaptured: 3 });
  });
});
