import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ExtractedFlow } from "../../features/index.ts";
import { readFlows } from "../../src/read-flows.ts";
import { pcapFile } from "../support/capture-builder.ts";
import { segment } from "../support/packet-builder.ts";

const CLIENT = "192.0.2.7:40000";
const SERVER = "198.51.100.2:25";
const frames = [
  segment({ from: CLIENT, to: SERVER, flags: "S", sequence: 1, time: 1 }),
  segment({ from: SERVER, to: CLIENT, flags: "SA", sequence: 9, acknowledgment: 2, time: 1.1 }),
  segment({ from: CLIENT, to: "198.51.100.2:80", flags: "S", sequence: 1, time: 1.2 }),
];

let folder = "";
let whole = "";
let cut = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "spamflow-read-"));
  whole = join(folder, "whole.pcap");
  cut = join(folder, "cut.pcap");
  const bytes = pcapFile(frames);
  await writeFile(whole, bytes);
  await writeFile(cut, bytes.subarray(0, bytes.length - 10));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function read(...captures: readonly string[]) {
  const flows: ExtractedFlow[] = [];
  const said: string[] = [];
  const failure = await readFlows({
    captures,
    cut: "connection",
    ports: new Set([25]),
    onFlow: (flow) => flows.push(flow),
    say: (line) => said.push(line),
  }).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { flows, said, failure };
}

describe("readFlows", () => {
  it("gives out the flows of the ports that are asked for, and sums up", async () => {
    const { flows, said, failure } = await read(whole);
    expect(failure).toBeUndefined();
    expect(flows).toHaveLength(1);
    expect(flows[0]?.features["client_packets"]).toBe(1);
    expect(said).toEqual([`${whole}: 3 frames, 2 segments, 1 flows, 1 segments of other ports`]);
  });

  it("gives out what came before the damage, then fails with the place", async () => {
    const { flows, failure } = await read(cut);
    expect(flows).toHaveLength(1);
    expect(failure).toMatchObject({ status: 65 });
    expect(String(failure)).toMatch(/cut\.pcap: byte \d+/);
  });

  it("reads the captures after one with a fault, and fails with the first fault", async () => {
    const missing = join(folder, "missing.pcap");
    const { flows, said, failure } = await read(missing, cut, whole);
    expect(flows).toHaveLength(2);
    expect(failure).toMatchObject({ status: 66 });
    expect(said.at(-1)).toMatch(/cut\.pcap: byte \d+/);
  });
});
