/**
 * Memory and look-up time of the flow table, in a process of its own: node --expose-gc table-memory.mjs DIST WHAT COUNT BOUND.
 * WHAT is `syns` (each from another source) or `established` (idle after the client's EHLO, with marks as live tables keep
 * them); prints one JSON object.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bytesOf, synFrames } from "./mail-capture.mjs";

const [dist, what, count, bound] = process.argv.slice(2);
const load = (file) => import(pathToFileURL(join(dist, file)).href);
const { SegmentDecoder } = await load("features/decode/decode-segment.js");
const { FlowTable } = await load("features/flow/flow-table.js");

const LOOKUPS = 20_000;

const decoder = new SegmentDecoder();
const table = new FlowTable({ maxFlows: Number(bound), marks: what === "established" });

function see(bytes, microseconds) {
  const length = bytes.length;
  const segment = decoder.decode({
    bytes,
    offset: 0,
    capturedLength: length,
    originalLength: length,
    linkType: 1,
    seconds: 1_700_000_000 + Math.floor(microseconds / 1e6),
    nanoseconds: (microseconds % 1e6) * 1000,
  });
  table.see(segment);
}

/** Handshake, banner, and EHLO with its answer. */
function establish(flow) {
  const ends = { client: 1_000, server: 9_000 };
  let at = flow * 20;
  const send = (isClient, flags, length) => {
    const [own, other] = isClient ? ["client", "server"] : ["server", "client"];
    const acknowledgment = (flags & 0x10) === 0 ? 0 : ends[other];
    see(bytesOf({ flow, isClient, flags, sequence: ends[own], acknowledgment, length }), at++);
    ends[own] += length + (flags & 0x02 ? 1 : 0);
  };
  send(true, 0x02, 0);
  send(false, 0x12, 0);
  send(true, 0x10, 0);
  send(false, 0x18, 40);
  send(true, 0x18, 20);
  send(false, 0x18, 100);
  send(true, 0x10, 0);
}

function memory() {
  globalThis.gc();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return { held: heapUsed + arrayBuffers, rss };
}

function lookupMicroseconds() {
  const times = [];
  for (let each = 0; each < LOOKUPS; each++) {
    const flow = (each * 7_919) % Number(count);
    const address = `10.${flow >> 16}.${(flow >> 8) & 255}.${flow & 255}`;
    const started = process.hrtime.bigint();
    const mark = table.find({ address, port: 1_025 + (flow % 60_000) })?.mark();
    times.push(Number(process.hrtime.bigint() - started) / 1000);
    if (mark === undefined && table.size === Number(count)) throw new Error(`no flow ${flow}`);
  }
  times.sort((one, other) => one - other);
  return { p50: times[LOOKUPS / 2], p99: times[LOOKUPS * 0.99] };
}

const before = memory();
const started = process.cpuUsage();
if (what === "syns") synFrames(Number(count), (bytes, each) => see(bytes, each * 20));
else for (let flow = 0; flow < Number(count); flow++) establish(flow);
const { user, system } = process.cpuUsage(started);
const after = memory();
console.log(
  JSON.stringify({
    flows: table.size,
    bytesEach: Math.round((after.held - before.held) / table.size),
    countedBytesEach: Math.round(table.bytes / table.size),
    residentMegabytes: Math.round(after.rss / 1e6),
    cpuSeconds: (user + system) / 1e6,
    ...(what === "established" ? { lookupMicroseconds: lookupMicroseconds() } : {}),
  }),
);
