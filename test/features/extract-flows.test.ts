import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CaptureError } from "../../features/capture/packet-source.ts";
import { readCapture } from "../../features/capture/read-capture.ts";
import type { Frame } from "../../features/decode/segment.ts";
import { FlowExtractor } from "../../features/extract-flows.ts";
import type { ExtractedFlow, FlowExtractorOptions } from "../../features/extract-flows.ts";
import { extractFeatures } from "../../features/extract/extract-features.ts";
import { expectFlows } from "../support/expected-features.ts";
import { capturePath, expectedFlows } from "../support/fixture-captures.ts";
import type { ExpectedFlow } from "../support/fixture-captures.ts";
import { frameOf, segment } from "../support/packet-builder.ts";
import { exchange, fromClient } from "../support/tcp-exchange.ts";
import type { Turn } from "../support/tcp-exchange.ts";

const CONNECTIONS: FlowExtractorOptions = { cut: "connection" };

const MAIL: readonly Turn[] = [
  ["server", "220 mx\r\n"],
  ["client", "MAIL FROM:<>\r\n"],
  ["server", "250 Ok\r\n"],
  ["client", "DATA\r\n"],
  ["server", "354 go\r\n"],
  ["client", "x\r\n.\r\n"],
  ["server", "250 Ok\r\n"],
];

/** What is extracted of a capture; of a damaged one, what came before the damage. */
async function extract(path: string, options = CONNECTIONS): Promise<ExtractedFlow[]> {
  const flows: ExtractedFlow[] = [];
  const extractor = new FlowExtractor(options, (flow) => flows.push(flow));
  try {
    await readCapture(path, (frame) => {
      extractor.frame(frame);
    });
  } catch (error) {
    if (!(error instanceof CaptureError) || error.fault !== "damaged") throw error;
  }
  extractor.end();
  return flows;
}

describe.each(Object.entries(expectedFlows()))("the capture %s", (name, expected) => {
  it("gives the flows and features that were agreed on", async () => {
    expectFlows(await extract(capturePath(name)), expected);
  });
});

describe("FlowExtractor", () => {
  const frames: readonly Frame[] = exchange(MAIL).map((each) => segment(each));

  it("gives out exactly what is printed of a connection", () => {
    const flows: ExtractedFlow[] = [];
    const extractor = new FlowExtractor(CONNECTIONS, (flow, record) => {
      flows.push(flow);
      expect(flow.features).toEqual(extractFeatures(record));
    });
    for (const frame of frames) extractor.frame(frame);
    expect(flows).toEqual([]);
    extractor.end();
    expect(flows).toEqual([
      {
        client: { address: "192.0.2.7", port: 40_000 },
        server: { address: "198.51.100.2", port: 25 },
        started: 100,
        ended: 100.09,
        complete: true,
        features: expect.objectContaining({ client_packets: 5, server_packets: 5 }) as unknown,
      },
    ]);
  });

  it("gives out a message with its number and its cut, as soon as it has ended", () => {
    const flows: ExtractedFlow[] = [];
    const extractor = new FlowExtractor({ cut: "message" }, (flow) => flows.push(flow));
    for (const frame of frames.slice(0, 9)) extractor.frame(frame);
    expect(flows).toMatchObject([
      {
        message: 1,
        cut: "end-of-data",
        ended: 100.08,
        features: { client_packets: 5, server_packets: 4 },
      },
    ]);
    extractor.end();
    expect(flows).toHaveLength(1);
  });

  it("gives out the connections in the order in which they began", () => {
    const ports: number[] = [];
    const extractor = new FlowExtractor(CONNECTIONS, ({ client }) => ports.push(client.port));
    for (const port of [5, 3, 4, 3, 5]) {
      extractor.frame(segment(fromClient({ from: `192.0.2.7:${port}`, flags: "S" })));
    }
    extractor.end();
    expect(ports).toEqual([5, 3, 4]);
  });

  it("gives out at once what it has no room for, and goes on", () => {
    const ports: number[] = [];
    const options = { ...CONNECTIONS, maxFlows: 2 };
    const extractor = new FlowExtractor(options, ({ client }) => ports.push(client.port));
    for (const port of [5, 3, 4]) {
      extractor.frame(segment(fromClient({ from: `192.0.2.7:${port}`, flags: "S" })));
    }
    expect(ports).toEqual([5]);
    extractor.end();
    expect(ports).toEqual([5, 3, 4]);
    expect(extractor.counts.evicted.full).toBe(1);
  });

  it("gives out the undecided message of a flow that it has no room for", () => {
    const cuts: unknown[] = [];
    const options = { cut: "message", maxFlows: 1 } as const;
    const extractor = new FlowExtractor(options, ({ message, cut }) => cuts.push([message, cut]));
    const turns: readonly Turn[] = [
      ["server", "220 mx\r\n"],
      ["client", "BDAT 1 LAST\r\nx"],
    ];
    for (const each of exchange(turns)) extractor.frame(segment(each));
    expect(cuts).toEqual([]);
    extractor.frame(segment(fromClient({ from: "192.0.2.8:1", flags: "S" })));
    expect(cuts).toEqual([[1, "end-of-data"]]);
    extractor.end();
    expect(cuts).toHaveLength(1);
  });

  it("counts frames, segments, flows, and what it passed over with the reason", () => {
    const extractor = new FlowExtractor({ ...CONNECTIONS, ports: new Set([25]) }, () => undefined);
    for (const frame of frames) extractor.frame(frame);
    extractor.frame(segment({ to: "198.51.100.2:80" }));
    extractor.frame(segment({ protocol: 17 }));
    extractor.frame(segment({ protocol: 17 }));
    extractor.frame(frameOf(new Uint8Array(3)));
    expect(extractor.counts).toMatchObject({
      frames: 14,
      segments: 10,
      otherPorts: 1,
      flows: 1,
      ignored: { "not-tcp": 2, "cut-short": 1 },
    });
  });
});

const corpus = process.env["SPAMFLOW_CORPUS"];

interface Reference {
  readonly capture: string;
  readonly flows: readonly ExpectedFlow[];
}

/** The captures of the corpus with what is expected of them. */
function corpusCaptures(
  folder: string,
): (readonly [path: string, flows: readonly ExpectedFlow[]])[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => name.endsWith(".expected.json"))
    .map((name) => ({
      name,
      reference: JSON.parse(readFileSync(join(folder, name), "utf8")) as Reference,
    }))
    .map(({ name, reference }) => [join(folder, name, "..", reference.capture), reference.flows]);
}

if (corpus !== undefined) {
  describe.each(corpusCaptures(join(corpus, "captures")))(
    "the corpus capture %s",
    (path, expected) => {
      it("gives the flows and features that were agreed on", async () => {
        expectFlows(await extract(path), expected);
      });
    },
  );
}
