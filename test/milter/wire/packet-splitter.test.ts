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
    packets.push({ ...packet, payload: Buffer.from(packet.payload) });
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

  describe("in pieces", () => {
    const BODY = 66;
    const options = { comesInPieces: (code: number) => code === BODY };

    /** Bodies joined as they came, each other packet as it is. */
    function joined(pieces: readonly Packet[]): string[] {
      const texts: string[] = [];
      let open = "";
      for (const { code, payload, more } of pieces) {
        if (code === BODY) open += payload.toString("latin1");
        if (more === true) continue;
        texts.push(code === BODY ? `body ${open}` : `${code} ${payload.toString("latin1")}`);
        open = "";
      }
      return texts;
    }

    it("yields the same bodies and borders however the stream is cut", () => {
      const bodies = fc.array(
        fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
        { maxLength: 5 },
      );
      fc.assert(
        fc.property(bodies, fc.array(fc.nat(), { maxLength: 20 }), (payloads, offsets) => {
          const stream = Buffer.concat([
            ...payloads.map((payload) => encodePacket(BODY, payload)),
            encodePacket(69, Buffer.from("end")),
          ]);
          const whole = [...payloads.map((bytes) => `body ${bytes.toString("latin1")}`), "69 end"];
          expect(joined(split(cut(stream, offsets), options))).toEqual(whole);
          expect(
            joined(
              split(
                [...stream].map((byte) => Buffer.of(byte)),
                options,
              ),
            ),
          ).toEqual(whole);
        }),
      );
    });

    it("copies nothing of a body that spans chunks, and keeps other packets whole", () => {
      const stream = Buffer.concat([
        encodePacket(BODY, Buffer.from("the body")),
        encodePacket(76, Buffer.from("header")),
      ]);
      const chunks = cut(stream, [8, 17]);
      const splitter = new PacketSplitter(options);
      const got = chunks.flatMap((chunk) => {
        splitter.push(chunk);
        const packets: Packet[] = [];
        for (let packet = splitter.next(); packet; packet = splitter.next()) packets.push(packet);
        return packets;
      });
      expect(got.map(({ payload, more }) => [payload.toString(), more])).toEqual([
        ["the", true],
        [" body", undefined],
        ["header", undefined],
      ]);
      expect(got.slice(0, 2).every(({ payload }) => payload.buffer === stream.buffer)).toBe(true);
    });

    it("is inside the packet until its last piece is taken", () => {
      const splitter = new PacketSplitter(options);
      splitter.push(encodePacket(BODY, Buffer.from("body")).subarray(0, 7));
      expect(splitter.next()?.payload.toString()).toBe("bo");
      expect(splitter.next()).toBeUndefined();
      expect(splitter.isInsidePacket).toBe(true);
    });
  });
});
