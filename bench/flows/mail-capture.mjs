import { createWriteStream } from "node:fs";
import { once } from "node:events";

/** Bytes kept of a frame, as live captures keep them. */
const SNAP_LENGTH = 128;
const LINES = [
  ["server", 40],
  ["client", 18],
  ["server", 120],
  ["client", 30],
  ["server", 14],
  ["client", 28],
  ["server", 14],
  ["client", 6],
  ["server", 37],
  ["client", 1448],
  ["client", 1448],
  ["client", 700],
  ["server", 40],
  ["client", 6],
  ["server", 15],
];

/**
 * Writes a pcap of `flows` SMTP connections that overlap in time: handshake, dialogue, a mail of three segments, close;
 * every ninth repeats a segment, every thirteenth is a SYN that nobody answers. Gives the number of frames.
 */
export async function writeMailCapture(path, flows) {
  const file = createWriteStream(path);
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(SNAP_LENGTH, 16);
  header.writeUInt32LE(1, 20);
  file.write(header);
  let frames = 0;
  const live = [];
  for (let begun = 0; begun < flows || live.length > 0;) {
    if (begun < flows) live.push(connection(begun++));
    const chunk = [];
    for (let each = live.length - 1; each >= 0; each--) {
      const frame = live[each].next();
      if (frame.done) live.splice(each, 1);
      else chunk.push(record(frame.value, 1_700_000_000_000_000 + frames++ * 300));
    }
    if (chunk.length > 0 && !file.write(Buffer.concat(chunk))) await once(file, "drain");
  }
  file.end();
  await once(file, "finish");
  return frames;
}

/** One SYN each from so many sources, as floods are. */
export function synFrames(count, take) {
  const frame = { isClient: true, flags: 0x02, sequence: 1, acknowledgment: 0, length: 0 };
  for (let each = 0; each < count; each++) take(bytesOf({ ...frame, flow: each }), each);
}

function* connection(flow) {
  const next = { client: 1_000 + flow, server: 900_000 + flow };
  const send = (side, flags, length) => {
    const isClient = side === "client";
    const frame = {
      flow,
      isClient,
      flags,
      sequence: next[side],
      acknowledgment: (flags & 0x10) === 0 ? 0 : next[isClient ? "server" : "client"],
      length,
    };
    next[side] += length + ((flags & 0x03) === 0 ? 0 : 1);
    return frame;
  };
  yield send("client", 0x02, 0);
  if (flow % 13 === 0) return;
  yield send("server", 0x12, 0);
  yield send("client", 0x10, 0);
  for (const [side, length] of LINES) {
    const frame = send(side, 0x18, length);
    yield frame;
    if (flow % 9 === 0 && length > 1000) yield frame;
  }
  yield send("server", 0x11, 0);
  yield send("client", 0x11, 0);
  yield send("server", 0x10, 0);
}

function record(frame, microseconds) {
  const bytes = bytesOf(frame);
  const captured = Math.min(bytes.length, SNAP_LENGTH);
  const header = Buffer.alloc(16);
  header.writeUInt32LE(Math.floor(microseconds / 1e6), 0);
  header.writeUInt32LE(microseconds % 1e6, 4);
  header.writeUInt32LE(captured, 8);
  header.writeUInt32LE(54 + (frame.flags & 2 ? 8 : 0) + frame.length, 12);
  return Buffer.concat([header, bytes.subarray(0, captured)]);
}

/** Ethernet, IPv4, TCP; with MSS and window scale in a SYN. Of the payload no more than is kept. */
export function bytesOf({ flow, isClient, flags, sequence, acknowledgment, length }) {
  const options = flags & 2 ? [2, 4, 5, 180, 1, 3, 3, 7] : [];
  const bytes = Buffer.alloc(54 + options.length + Math.min(length, SNAP_LENGTH));
  bytes.writeUInt16BE(0x0800, 12);
  bytes[14] = 0x45;
  bytes.writeUInt16BE(40 + options.length + length, 16);
  bytes[22] = 57;
  bytes[23] = 6;
  const client = 0x0a000000 + flow;
  const server = 0xc6336402;
  bytes.writeUInt32BE(isClient ? client : server, 26);
  bytes.writeUInt32BE(isClient ? server : client, 30);
  bytes.writeUInt16BE(isClient ? 1_025 + (flow % 60_000) : 25, 34);
  bytes.writeUInt16BE(isClient ? 25 : 1_025 + (flow % 60_000), 36);
  bytes.writeUInt32BE(sequence, 38);
  bytes.writeUInt32BE(acknowledgment, 42);
  bytes[46] = (20 + options.length) << 2;
  bytes[47] = flags;
  bytes.writeUInt16BE(502, 48);
  bytes.set(options, 54);
  return bytes;
}
