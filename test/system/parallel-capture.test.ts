import { pathToFileURL } from "node:url";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FlowExtractor } from "../../features/index.ts";
import { flowFormatter } from "../../src/flow-format.ts";
import { runInParallel } from "../../src/parallel-capture.ts";
import { builtFile } from "../support/built.ts";
import { pcapFile } from "../support/capture-builder.ts";
import { segment } from "../support/packet-builder.ts";
import { exchange } from "../support/tcp-exchange.ts";
import type { Turn } from "../support/tcp-exchange.ts";

const program = pathToFileURL(builtFile("src/extract-worker.ts"));

const MAIL: readonly Turn[] = [
  ["server", "220 mx\r\n"],
  ["client", "MAIL FROM:<>\r\n"],
  ["server", "250 Ok\r\n"],
  ["client", "DATA\r\n"],
  ["server", "354 go\r\n"],
  ["client", "x\r\n.\r\n"],
  ["server", "250 Ok\r\n"],
];

/** Three hundred connections of forty clients, a second apart and so interleaved. */
const frames = Array.from({ length: 300 }, (_, each) =>
  exchange(each % 7 === 0 ? MAIL.slice(0, 2) : MAIL, {
    from: `192.0.2.${each % 40}:${1_000 + each}`,
    time: 100 + each / 50,
  }),
)
  .flat()
  .toSorted((one, other) => (one.time ?? 0) - (other.time ?? 0))
  .map((each) => segment(each));

let folder = "";
let path = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "spamflow-parallel-"));
  path = join(folder, "many.pcap");
  await writeFile(path, pcapFile(frames));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

function linesOfOne(cut: "connection" | "message"): string[] {
  const lines: string[] = [];
  const formatter = flowFormatter("jsonl", { cut, scored: false });
  const extractor = new FlowExtractor({ cut, ports: new Set([25]) }, (flow) => {
    lines.push(formatter.line(flow));
  });
  for (const frame of frames) extractor.frame(frame);
  extractor.end();
  return lines;
}

describe("a capture read by several threads", () => {
  it.each(["connection", "message"] as const)(
    "gives the lines of one thread in their order, cut by %s",
    async (cut) => {
      const lines: string[] = [];
      const task = {
        path,
        cut,
        format: "jsonl",
        ports: [25],
        since: undefined,
        until: undefined,
      } as const;
      const outcome = await runInParallel(task, 3, {
        onLine: (line) => lines.push(line),
        onBytes: () => undefined,
        program,
      });
      expect(lines).toEqual(linesOfOne(cut));
      expect(lines.length).toBeGreaterThan(250);
      expect(outcome.counts).toMatchObject({ frames: frames.length, flows: 300 });
      expect(outcome.fault).toBeUndefined();
    },
  );

  it("tells what was wrong with it, and gives out what came before", async () => {
    const cutShort = join(folder, "cut.pcap");
    const bytes = pcapFile(frames);
    await writeFile(cutShort, bytes.subarray(0, bytes.length - 5));
    const lines: string[] = [];
    const outcome = await runInParallel(
      {
        path: cutShort,
        cut: "connection",
        format: "csv",
        ports: "all",
        since: undefined,
        until: undefined,
      },
      2,
      { onLine: (line) => lines.push(line), onBytes: () => undefined, program },
    );
    expect(lines).toHaveLength(300);
    expect(outcome.fault).toMatchObject({ fault: "damaged" });
  });
});
