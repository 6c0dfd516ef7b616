import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { encodePacket } from "../../../milter/wire/packet-encoding.ts";
import {
  MAX_PACKET_BYTES,
  type Packet,
  PacketSplitter,
  type PacketSplitterOptions,
} from "../../../milter/wire/packet-splitter.ts";

function split(chunks: readonly Buffer[], options?: PacketSplitterOptions): Packet[] {
  const splitter = new PacketSplitter(options);
  return chunks.flatMap((chunk) => {
    splitter.push(chunk);
    return take(splitter);
  });
}

/** Copies payloads, because they are valid only until the next packet. */
function take(splitter: PacketSplitter): Packet[] {
  const packets: Packet[] = [];
  for (let packet = splitter.next(); packet; packet = splitter.next()) {
    packets.push({ code: packet.code, payload: Buffer.from(packet.payload) });
  }
  return packets;
}

const packets = fc.array(
  fc.record({
    code: fc.integer({ min: 0, max: 255 }),
    payload: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  }),
  { maxLength: 12 },
);

function cut(stream: Buffer, offsets: readonly number[]): Buffer[] {
  const sorted = [0, ...offsets.map((offset) => offset % (stream.length + 1)), stream.length];
  sorted.sort((left, right) => left - right);
  return sorted.slice(1).map((end, index) => stream.subarray(sorted[index], end));
}

describe("PacketSplitter", () => {
  it("yields the same packets however the stream is cut", () => {
    const streams = fc.tuple(packets, fc.array(fc.nat(), { maxLength: 40 }));
    fc.assert(
      fc.property(streams, ([expected, offsets]) => {
        const stream = Buffer.concat(
          expected.map(({ code, payload }) => encodePacket(code, payload)),
        );
        expect(split(cut(stream, offsets))).toEqual(expected);
        expect(split([...stream].map((byte) => Buffer.from([byte])))).toEqual(expected);
      }),
    );
  });

  it("waits for the rest of a packet, and says so", () => {
    const splitter = new PacketSplitter();
    expect(splitter.isInsidePacket).toBe(false);
    splitter.push(Buffer.from([0, 0]));
    expect(splitter.next()).toBeUndefined();
    expect(splitter.isInsidePacket).toBe(true);
    splitter.push(Buffer.from([0, 1, 65]));
    expect(splitter.next()).toEqual({ code: 65, payload: Buffer.alloc(0) });
    expect(splitter.isInsidePacket).toBe(false);
  });

  it("gives what came before a violation", () => {
    const splitter = new PacketSplitter();
    splitter.push(Buffer.concat([encodePacket(65), Buffer.alloc(4)]));
    expect(splitter.next()?.code).toBe(65);
    expect(() => splitter.next()).toThrow("packet-empty: a packet of length 0");
  });

  it.each([
    ["0", "00000000", "packet-empty"],
    ["2^32 - 1", "ffffffff", "packet-too-long"],
    ["2^31 - 1", "7fffffff", "packet-too-long"],
    ["64 MiB", "04000000", "packet-too-long"],
    ["one more than the bound", "00100001", "packet-too-long"],
  ])("refuses a length of %s as soon as it is here", (_, hex, violation) => {
    expect(() => split([Buffer.from(hex, "hex")])).toThrow(violation);
  });

  it("takes a packet of exactly the bound", () => {
    const payload = Buffer.alloc(MAX_PACKET_BYTES - 1, "x");
    const [packet] = split(cut(encodePacket(66, payload), [70_000, 200_000, 900_000]));
    expect(packet?.payload.equals(payload)).toBe(true);
    const bounded = { maxPacketBytes: 3 };
    expect(split([encodePacket(66, Buffer.from("ab"))], bounded)).toHaveLength(1);
    expect(() => split([encodePacket(66, Buffer.from("abc"))], bounded)).toThrow("the bound is 3");
  });

  it("does not copy a packet that lies within one chunk", () => {
    const chunk = encodePacket(66, Buffer.from("payload"));
    const [packet] = [new PacketSplitter()].map((splitter) => {
      splitter.push(chunk);
      return splitter.next();
    });
    expect(packet?.payload.buffer).toBe(chunk.buffer);
    expect(packet?.payload.byteOffset).toBe(chunk.byteOffset + 5);
  });

  it("drops the bytes of packets that are not wanted, whole or in pieces", () => {
    const stream = Buffer.concat([
      encodePacket(66, Buffer.from("body")),
      encodePacket(76, Buffer.from("header")),
      encodePacket(66, Buffer.from("more body")),
      encodePacket(69),
    ]);
    const options = { isWanted: (code: number) => code !== 66 };
    const expected = [
      { code: 66, payload: Buffer.alloc(0) },
      { code: 76, payload: Buffer.from("header") },
      { code: 66, payload: Buffer.alloc(0) },
      { code: 69, payload: Buffer.alloc(0) },
    ];
    expect(split([stream], options)).toEqual(expected);
    for (let offset = 1; offset < stream.length; offset += 1) {
      expect(split(cut(stream, [offset]), options)).toEqual(expected);
    }
  });

  it("uses one buffer for one long packet after another", () => {
    const splitter = new PacketSplitter();
    const stream = encodePacket(66, Buffer.alloc(1_000));
    const buffers = [0, 1].map(() => {
      splitter.push(stream.subarray(0, 500));
      splitter.next();
      splitter.push(stream.subarray(500));
      return splitter.next()?.payload.buffer;
    });
    expect(buffers[0]).toBe(buffers[1]);
  });
});
