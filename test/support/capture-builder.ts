import type { Frame } from "../../features/decode/segment.ts";
import { concatenate, uint16Bytes, uint32Bytes } from "./byte-building.ts";

export interface PcapShape {
  readonly nanoseconds?: boolean;
  readonly littleEndian?: boolean;
  readonly linkType?: number;
}

/** A pcap file of these frames; nanosecond stamps and little-endian unless said otherwise. */
export function pcapFile(frames: readonly Frame[], shape: PcapShape = {}): Uint8Array {
  const { nanoseconds = true, littleEndian = true } = shape;
  const { u16, u32 } = writers(littleEndian);
  const linkType = shape.linkType ?? frames[0]?.linkType ?? 1;
  const records = frames.map((frame) =>
    concatenate(
      u32(frame.seconds),
      u32(nanoseconds ? frame.nanoseconds : Math.floor(frame.nanoseconds / 1000)),
      u32(frame.capturedLength),
      u32(frame.originalLength),
      capturedBytes(frame),
    ),
  );
  return concatenate(
    u32(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4),
    [...u16(2), ...u16(4), ...u32(0), ...u32(0), ...u32(262_144), ...u32(linkType)],
    ...records,
  );
}

export interface InterfaceDescription {
  readonly linkType: number;
  readonly snapLength?: number;
  /** The if_tsresol byte: n for 10^-n seconds, 0x80 + n for 2^-n. */
  readonly resolution?: number;
  /** if_tsoffset, seconds. */
  readonly offset?: number;
}

/** What a packet block is made of; `stamp` counts units of its interface's resolution. */
export interface PacketDescription {
  readonly frame: Frame;
  readonly interfaceId?: number;
  readonly stamp?: bigint;
}

export interface PcapngWriter {
  /** Section header block. */
  section(): Uint8Array;
  /** Interface description block. */
  interface(description: InterfaceDescription): Uint8Array;
  /** Enhanced packet block; the stamp is in nanoseconds unless given. */
  packet(packet: PacketDescription): Uint8Array;
  /** The packet block of the oldest files, obsolete since. */
  oldPacket(packet: PacketDescription): Uint8Array;
  /** Simple packet block: no interface, no stamp. */
  simplePacket(frame: Frame): Uint8Array;
  /** Any block. */
  block(type: number, body: Uint8Array): Uint8Array;
}

/** Writes the blocks of a pcapng file in one byte order. */
export function pcapngWriter(littleEndian = true): PcapngWriter {
  const { u16, u32, u64 } = writers(littleEndian);
  const block = (type: number, body: Uint8Array): Uint8Array => {
    const padded = concatenate(body, new Uint8Array(-body.length & 3));
    const length = u32(12 + padded.length);
    return concatenate(u32(type), length, padded, length);
  };
  const option = (code: number, value: readonly number[]): Uint8Array =>
    concatenate(u16(code), u16(value.length), value, new Uint8Array(-value.length & 3));
  const packetBody = (packet: PacketDescription, interfaceField: number[]): Uint8Array => {
    const { frame } = packet;
    const stamp =
      packet.stamp ?? BigInt(frame.seconds) * 1_000_000_000n + BigInt(frame.nanoseconds);
    return concatenate(
      interfaceField,
      u32(Number(stamp >> 32n)),
      u32(Number(stamp & 0xffffffffn)),
      u32(frame.capturedLength),
      u32(frame.originalLength),
      capturedBytes(frame),
    );
  };
  return {
    section: () =>
      block(
        0x0a0d0d0a,
        concatenate(u32(0x1a2b3c4d), u16(1), u16(0), [-1, -1, -1, -1, -1, -1, -1, -1]),
      ),
    interface: ({ linkType, snapLength = 0, resolution, offset }) =>
      block(
        1,
        concatenate(
          [...u16(linkType), 0, 0, ...u32(snapLength)],
          resolution === undefined ? [] : option(9, [resolution]),
          offset === undefined ? [] : option(14, u64(BigInt(offset))),
          option(0, []),
        ),
      ),
    packet: (packet) => block(6, packetBody(packet, u32(packet.interfaceId ?? 0))),
    oldPacket: (packet) =>
      block(2, packetBody(packet, [...u16(packet.interfaceId ?? 0), ...u16(0)])),
    simplePacket: (frame) => block(3, concatenate(u32(frame.originalLength), capturedBytes(frame))),
    block,
  };
}

/** A pcapng file of one section and one interface with nanosecond stamps. */
export function pcapngFile(frames: readonly Frame[], littleEndian = true): Uint8Array {
  const writer = pcapngWriter(littleEndian);
  return concatenate(
    writer.section(),
    writer.interface({ linkType: frames[0]?.linkType ?? 1, resolution: 9 }),
    ...frames.map((frame) => writer.packet({ frame })),
  );
}

function capturedBytes(frame: Frame): Uint8Array {
  return frame.bytes.subarray(frame.offset, frame.offset + frame.capturedLength);
}

/** Writers of numbers in one byte order. */
function writers(littleEndian: boolean): {
  u16: (value: number) => number[];
  u32: (value: number) => number[];
  u64: (value: bigint) => number[];
} {
  const ordered = (bytes: number[]): number[] => (littleEndian ? bytes.reverse() : bytes);
  return {
    u16: (value) => ordered(uint16Bytes(value)),
    u32: (value) => ordered(uint32Bytes(value)),
    u64: (value) => {
      const bits = BigInt.asUintN(64, value);
      const halves = [Number(bits >> 32n), Number(bits & 0xffffffffn)];
      return ordered(halves.flatMap((half) => uint32Bytes(half)));
    },
  };
}
