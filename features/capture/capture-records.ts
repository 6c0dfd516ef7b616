import { endianness } from "node:os";

import type { Frame } from "../decode/segment.ts";
import { uint16In, uint32In } from "./byte-order.ts";
import type { FrameSink } from "./packet-source.ts";
import type { ReusedFrame } from "./reused-frame.ts";

/**
 * Packet records of a nanosecond pcap file (draft-ietf-opsawg-pcap, "Packet Record") in the byte order of this machine:
 * what pcap_dump leaves in memory, and what the cap child sends to its parent.
 */

/** Bytes of a record's header: seconds, nanoseconds, captured length, original length, 32 bits each. */
export const RECORD_HEADER_BYTES = 16;

const LITTLE_ENDIAN = endianness() === "LE";

/** A 16-bit number as this machine wrote it. */
export function nativeUint16(bytes: Uint8Array, at: number): number {
  return uint16In(bytes, at, LITTLE_ENDIAN);
}

/** A 32-bit number as this machine wrote it. */
export function nativeUint32(bytes: Uint8Array, at: number): number {
  return uint32In(bytes, at, LITTLE_ENDIAN);
}

/** Writes an unsigned 32-bit number as this machine does. */
export function writeNativeUint32(target: Buffer, at: number, value: number): void {
  if (LITTLE_ENDIAN) target.writeUInt32LE(value, at);
  else target.writeUInt32BE(value, at);
}

/**
 * Gives the records in [start, end) of `frame.bytes` to `sink`, in order, each in `frame`, whose bytes and link type
 * the caller has set. A last record that is cut short is left out.
 */
export function walkRecords(frame: ReusedFrame, start: number, end: number, sink: FrameSink): void {
  const { bytes } = frame;
  let at = start;
  while (at + RECORD_HEADER_BYTES <= end) {
    frame.seconds = nativeUint32(bytes, at);
    frame.nanoseconds = nativeUint32(bytes, at + 4);
    frame.capturedLength = nativeUint32(bytes, at + 8);
    frame.originalLength = nativeUint32(bytes, at + 12);
    frame.offset = at + RECORD_HEADER_BYTES;
    at = frame.offset + frame.capturedLength;
    if (at > end) return;
    sink(frame);
  }
}

/** Writes `frame` as a record at `at` of `target`, which must have room for it; where the next one starts. */
export function writeRecord(target: Buffer, at: number, frame: Frame): number {
  writeNativeUint32(target, at, frame.seconds);
  writeNativeUint32(target, at + 4, frame.nanoseconds);
  writeNativeUint32(target, at + 8, frame.capturedLength);
  writeNativeUint32(target, at + 12, frame.originalLength);
  const start = at + RECORD_HEADER_BYTES;
  target.set(frame.bytes.subarray(frame.offset, frame.offset + frame.capturedLength), start);
  return start + frame.capturedLength;
}
