import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CaptureReader } from "../../features/capture/capture-reader.ts";
import type { Frame } from "../../features/decode/segment.ts";
import { FlowExtractor } from "../../features/extract-flows.ts";
import type { ExtractedFlow } from "../../features/extract-flows.ts";
import { seededRandom } from "../../src/demo/seeded-random.ts";
import { pcapFile, pcapngFile } from "../support/capture-builder.ts";
import { chunksOf, expectAllCounted, mutated, survive } from "../support/damage.ts";
import { encapsulated, ENCAPSULATIONS } from "../support/encapsulation.ts";
import { capturePath, expectedFlows, framesOf } from "../support/fixture-captures.ts";
import { frameOf, LINK_TYPES, segment } from "../support/packet-builder.ts";
import type { LinkName, SegmentDescription } from "../support/packet-builder.ts";
import { exchange } from "../support/tcp-exchange.ts";
import type { Turn } from "../support/tcp-exchange.ts";

const turns: fc.Arbitrary<Turn[]> = fc.array(
  fc.tuple(
    fc.constantFrom("client" as const, "server" as const),
    fc.constantFrom(
      "x\r\n",
      "EHLO x\r\n",
      "250 Ok\r\n",
      "DATA\r\n",
      "354 go\r\n",
      "x\r\n.\r\n",
      "",
    ),
  ),
  { maxLength: 14 },
);

/** Connections with segments lost, repeated and out of order. */
const segments: fc.Arbitrary<SegmentDescription[]> = fc
  .tuple(turns, turns, fc.array(fc.nat(60), { maxLength: 40 }), fc.nat(1_000))
  .map(([one, other, places, milliseconds]) => {
    const all = [
      ...exchange(one, { from: "192.0.2.7:1000", time: 100 }),
      ...exchange(other, { from: "192.0.2.7:1001", time: 100 + milliseconds / 1_000 }),
    ].toSorted((a, b) => (a.time ?? 0) - (b.time ?? 0));
    const more = places.flatMap((place) => all[place] ?? []);
    return [...all, ...more.map((each, tick) => ({ ...each, time: 102 + tick / 64 }))];
  });

const cuts = fc.constantFrom("connection" as const, "message" as const);

function extractedOf(frames: readonly Frame[], cut: "connection" | "message"): ExtractedFlow[] {
  const flows: ExtractedFlow[] = [];
  const extractor = new FlowExtractor({ cut }, (flow) => flows.push(flow));
  for (const frame of frames) extractor.frame(frame);
  extractor.end();
  return flows;
}

function extractedOfFile(
  file: Uint8Array,
  cut: "connection" | "message",
  chunk = 7_919,
): ExtractedFlow[] {
  const flows: ExtractedFlow[] = [];
  const extractor = new FlowExtractor({ cut }, (flow) => flows.push(flow));
  const reader = new CaptureReader(extractor.frame.bind(extractor), { name: "x" });
  for (const bytes of chunksOf(file, chunk)) reader.push(bytes);
  reader.end();
  extractor.end();
  return flows;
}

/** So many runs take seconds on a machine that is busy with other things. */
const TIMEOUT_MILLISECONDS = 60_000;

describe("the same packets give the same numbers", { timeout: TIMEOUT_MILLISECONDS }, () => {
  it("whatever the link type and the VLANs are", () => {
    const links = fc.constantFrom(...(Object.keys(LINK_TYPES) as LinkName[]));
    fc.assert(
      fc.property(
        segments,
        cuts,
        links,
        fc.array(fc.nat(4_095), { maxLength: 3 }),
        (all, cut, link, vlans) => {
          const tagged = ["ethernet", "sll", "sll2"].includes(link) ? vlans : [];
          const frames = all.map((each) => segment({ ...each, link, vlans: tagged }));
          expect(extractedOf(frames, cut)).toEqual(extractedOf(all.map(segment), cut));
        },
      ),
    );
  });

  it("in whatever tunnel they are", () => {
    const names = fc.constantFrom(...Object.values(ENCAPSULATIONS));
    fc.assert(
      fc.property(segments, cuts, names, (all, cut, encapsulation) => {
        const raw = all.map((each) => segment({ ...each, link: "raw" }));
        const tunnelled = raw.map((frame) => encapsulated(frame, encapsulation));
        expect(extractedOf(tunnelled, cut)).toEqual(extractedOf(raw, cut));
      }),
    );
  });

  it("in whatever format and byte order they are written, however the file comes in chunks", () => {
    fc.assert(
      fc.property(
        segments,
        cuts,
        fc.record({ isPcapng: fc.boolean(), littleEndian: fc.boolean() }),
        fc.integer({ min: 1, max: 3_000 }),
        (all, cut, { isPcapng, littleEndian }, chunk) => {
          const frames = all.map(segment);
          const file = isPcapng
            ? pcapngFile(frames, littleEndian)
            : pcapFile(frames, { littleEndian });
          expect(extractedOfFile(file, cut, chunk)).toEqual(extractedOf(frames, cut));
        },
      ),
    );
  });

  it("at whatever time", () => {
    fc.assert(
      fc.property(segments, cuts, fc.nat(1_700_000_000), (all, cut, shift) => {
        const frames = all.map(segment);
        const later = frames.map((frame) => ({ ...frame, seconds: frame.seconds + shift }));
        const features = (flows: readonly ExtractedFlow[]): unknown =>
          flows.map(({ client, complete, message, features: all }) => {
            // Of epoch seconds, which a double resolves to 0.24 µs, come the duration and what is a ratio to it.
            const { throughput, duration_over_rtt: over, ...exact } = all;
            return [client, complete, message, exact, throughput === null, over === null];
          });
        expect(features(extractedOf(later, cut))).toEqual(features(extractedOf(frames, cut)));
      }),
    );
  });

  it("in several files that are read as one", () => {
    fc.assert(
      fc.property(segments, cuts, fc.nat(60), (all, cut, at) => {
        const frames = all.map(segment);
        const flows: ExtractedFlow[] = [];
        const extractor = new FlowExtractor({ cut }, (flow) => flows.push(flow));
        for (const part of [frames.slice(0, at), frames.slice(at)]) {
          const reader = new CaptureReader(extractor.frame.bind(extractor), { name: "x" });
          reader.push(pcapFile(part));
          reader.end();
        }
        extractor.end();
        expect(flows).toEqual(extractedOf(frames, cut));
      }),
    );
  });
});

const CAPTURES = Object.keys(expectedFlows()).filter((name) => !/-(sender|receiver)/.test(name));

/** One of each kind: formats, link types, tunnels, and what TCP does. */
const KINDS = [
  "plain.pcap",
  "plain-be.pcapng",
  "plain-2sections.pcapng",
  "plain-sll.pcap",
  "plain-gre-ethernet.pcap",
  "plain-pppoe-qinq.pcap",
  "v6-6in6.pcap",
  "v6-ext.pcap",
  "zerowin.pcap",
  "rst.pcap",
];

describe("damage", { timeout: TIMEOUT_MILLISECONDS }, () => {
  it.each(KINDS)("is survived in every prefix of %s", async (name) => {
    const file = await readFile(capturePath(name));
    for (let length = 0; length < file.length; length++) {
      expectAllCounted(survive(file.subarray(0, length), "message"));
    }
  });

  it("is survived in captures of which some bytes were changed", async () => {
    const seed = 20_261_127;
    const random = seededRandom(seed);
    const files = await Promise.all(
      CAPTURES.map(async (name) => pcapFile(await framesOf(capturePath(name)))),
    );
    for (let round = 0; round < 500; round++) {
      const file = files[round % files.length] ?? new Uint8Array(0);
      const counts = survive(mutated(file, random), round % 2 === 0 ? "connection" : "message");
      expectAllCounted(counts);
    }
  });

  it("is survived where packets are any bytes, and each is counted under its reason", () => {
    const linkType = fc.constantFrom(0, 1, 6, 9, 10, 12, 50, 51, 101, 104, 108, 113, 239, 276, 999);
    const frame = fc
      .tuple(fc.uint8Array({ maxLength: 160 }), linkType)
      .map(([bytes, link]) => frameOf(bytes, { linkType: link }));
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 30 }), cuts, (frames, cut) => {
        const extractor = new FlowExtractor({ cut }, () => undefined);
        for (const each of frames) extractor.frame(each);
        extractor.end();
        expectAllCounted(extractor.counts);
      }),
      { numRuns: 300 },
    );
  });
});
