import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Frame } from "../../features/decode/segment.ts";
import { FlowMonitor } from "../../features/flow-monitor.ts";
import { MemorySource } from "../support/memory-source.ts";
import { segment, type SegmentDescription } from "../support/packet-builder.ts";

const CLIENT = "192.0.2.7:40000";
const SERVER = "198.51.100.2:25";
const client = { address: "192.0.2.7", port: 40_000 };

/** Frames of a connection from `from` at second `start`: handshake, and as many messages of 100 bytes as asked. */
function connection(start: number, messages: number, from = CLIENT, to = SERVER): Frame[] {
  const toServer = (each: SegmentDescription): Frame => segment({ from, to, ...each });
  const toClient = (each: SegmentDescription): Frame => segment({ from: to, to: from, ...each });
  const frames = [
    toServer({ flags: "S", sequence: 1_000, time: start }),
    toClient({ flags: "SA", sequence: 5_000, acknowledgment: 1_001, time: start + 0.1 }),
    toServer({ flags: "A", sequence: 1_001, acknowledgment: 5_001, time: start + 0.2 }),
  ];
  for (let message = 0; message < messages; message++) {
    const sequence = 1_001 + 100 * message;
    const time = start + 1 + message;
    frames.push(
      toServer({ flags: "PA", sequence, acknowledgment: 5_001, payload: "x".repeat(100), time }),
      toClient({ flags: "A", sequence: 5_001, acknowledgment: sequence + 100, time: time + 0.01 }),
    );
  }
  return frames;
}

let monitor: FlowMonitor;
let source: MemorySource;

beforeEach(async () => {
  monitor = new FlowMonitor({ ports: new Set([25]) });
  source = new MemorySource();
  await monitor.watch(source);
});

afterEach(async () => {
  await monitor.close();
});

describe("FlowMonitor.observe", () => {
  it("answers with the flow as it stood with the client's last payload", async () => {
    source.arrive(...connection(100, 2));
    expect(await monitor.observe(client)).toMatchObject({
      kind: "flow",
      record: { client, complete: true, ended: 102, clientSide: { uniqueBytes: 200, packets: 4 } },
    });
  });

  it("counts what arrived before it was asked, and not what comes later", async () => {
    source.arrive(...connection(100, 1));
    const asked = monitor.observe(client);
    source.arrive(...connection(100, 2).slice(5));
    expect(await asked).toMatchObject({ record: { clientSide: { uniqueBytes: 100 } } });
  });

  it("knows no flow of another client, another port, or other server ports", async () => {
    source.arrive(
      ...connection(100, 1),
      ...connection(100, 1, "192.0.2.9:40000", "198.51.100.2:80"),
    );
    const answers = await Promise.all([
      monitor.observe({ ...client, address: "192.0.2.8" }),
      monitor.observe({ ...client, port: 40_001 }),
      monitor.observe({ ...client, address: "192.0.2.9" }),
      monitor.observe({ ...client, address: "unknown" }),
    ]);
    expect(answers.map(({ kind }) => kind)).toEqual(["no-flow", "no-flow", "no-flow", "no-flow"]);
  });

  it.each([
    ["2001:db8::7", "[2001:db8::7]"],
    ["2001:0DB8:0:0:0:0:0:7", "[2001:db8::7]"],
    ["IPv6:2001:db8::7", "[2001:db8::7]"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["IPv6:::ffff:192.0.2.7", "192.0.2.7"],
  ])("takes %s for the client at %s", async (address, seen) => {
    const to = seen.startsWith("[") ? "[2001:db8::1]:25" : SERVER;
    source.arrive(...connection(100, 1, `${seen}:40000`, to));
    expect(await monitor.observe({ address, port: 40_000 })).toMatchObject({ kind: "flow" });
  });

  it("tells flows of one client endpoint apart by the server", async () => {
    const other = { address: "198.51.100.3", port: 25 };
    source.arrive(...connection(100, 1), ...connection(200, 1, CLIENT, "198.51.100.3:25"));
    const [first, second, newest] = await Promise.all([
      monitor.observe(client, { address: "IPv6:::ffff:198.51.100.2", port: 25 }),
      monitor.observe(client, other),
      monitor.observe(client),
    ]);
    expect(first).toMatchObject({ record: { started: 100 } });
    expect(second).toMatchObject({ record: { started: 200, server: other } });
    expect(newest).toEqual(second);
  });
});

describe("FlowMonitor, where something may be missing,", () => {
  it("is partial without the handshake", async () => {
    source.arrive(...connection(100, 1).slice(3));
    expect(await monitor.observe(client)).toMatchObject({
      kind: "partial",
      record: { complete: false, clientSide: { uniqueBytes: 100 } },
    });
  });

  it("is partial when the server acknowledged what was not captured after the last payload", async () => {
    const missing = connection(100, 2).toSpliced(5, 1);
    source.arrive(...missing);
    expect(await monitor.observe(client)).toMatchObject({
      kind: "partial",
      record: { complete: true, clientSide: { uniqueBytes: 100 } },
    });
  });

  it("is partial without a record before the client sent anything", async () => {
    source.arrive(...connection(100, 0));
    expect(await monitor.observe(client)).toEqual({ kind: "partial", record: undefined });
  });

  it("is partial while a flow is open that was open at an interruption, and whole for later ones", async () => {
    source.arrive(...connection(100, 1));
    await monitor.observe(client);
    source.tell({ kind: "interrupted", reason: "3 frames dropped" });
    source.tell({ kind: "resumed" });
    source.arrive(...connection(200, 1, "192.0.2.8:40000"));
    expect(await monitor.observe(client)).toMatchObject({ kind: "partial" });
    expect(await monitor.observe({ address: "192.0.2.8", port: 40_000 })).toMatchObject({
      kind: "flow",
    });
  });

  it.each(["late", new Error("the capture is gone")] as const)(
    "is partial when the barrier gives %s",
    async (outcome) => {
      source.arrive(...connection(100, 1));
      await monitor.observe(client);
      source.nextBarrier = outcome;
      expect(await monitor.observe(client)).toMatchObject({
        kind: "partial",
        record: { complete: true },
      });
      expect(await monitor.observe({ ...client, port: 1 })).toEqual({
        kind: "partial",
        record: undefined,
      });
      expect(monitor.counts.lateBarriers).toBe(2);
    },
  );
});

describe("FlowMonitor, in time,", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("waits for a barrier that never ends no longer than its bound", async () => {
    source.nextBarrier = "never";
    const asked = monitor.observe(client);
    await vi.advanceTimersByTimeAsync(50);
    expect(await asked).toEqual({ kind: "partial", record: undefined });
  });

  it("forgets idle flows as time goes by without a frame", async () => {
    const timed = new FlowMonitor({ ports: new Set([25]), idleSeconds: 60 });
    await timed.watch(source);
    source.arrive(...connection(100, 1));
    expect(await timed.observe(client)).toMatchObject({ kind: "flow" });
    await vi.advanceTimersByTimeAsync(59_000);
    expect(await timed.observe(client)).toMatchObject({ kind: "flow" });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await timed.observe(client)).toEqual({ kind: "no-flow" });
    await timed.close();
  });
});

describe("FlowMonitor, with several sources,", () => {
  it("does not take what two interfaces show for retransmissions", async () => {
    const parent = new MemorySource("mem1");
    await monitor.watch(parent);
    source.arrive(...connection(100, 2));
    parent.arrive(...connection(100, 2));
    expect(await monitor.observe(client)).toMatchObject({
      kind: "flow",
      record: { clientSide: { retransmissions: 0, packets: 4 } },
    });
  });

  it("answers with the flow that was seen last, and marks those of the interrupted source only", async () => {
    const second = new MemorySource("mem1");
    await monitor.watch(second);
    source.arrive(...connection(100, 1));
    second.arrive(...connection(500, 1));
    await monitor.observe(client);
    source.tell({ kind: "interrupted", reason: "the link is down" });
    expect(await monitor.observe(client)).toMatchObject({ kind: "flow", record: { started: 500 } });
  });

  it("closes and forgets the source that it is told to, and all at the end", async () => {
    const second = new MemorySource("mem1");
    await monitor.watch(second);
    source.arrive(...connection(100, 1));
    await monitor.observe(client);
    await monitor.forget(source);
    expect(source.isClosed).toBe(true);
    expect(await monitor.observe(client)).toEqual({ kind: "no-flow" });
    await monitor.close();
    expect(second.isClosed).toBe(true);
  });
});

describe("FlowMonitor.counts", () => {
  it("tells frames, ignored ones, flows and answers", async () => {
    source.arrive(
      ...connection(100, 1),
      segment({ from: CLIENT, to: SERVER, protocol: 17, time: 101 }),
      segment({ from: CLIENT, to: "198.51.100.2:80", time: 101 }),
    );
    await monitor.observe(client);
    await monitor.observe({ ...client, port: 1 });
    expect(monitor.counts).toMatchObject({
      observations: { flow: 1, "no-flow": 1, partial: 0 },
      lateBarriers: 0,
      sources: [
        {
          kind: "memory",
          name: "mem0",
          frames: { received: 7, dropped: 0 },
          ignored: { "not-tcp": 1 },
          table: { segments: 5, otherPorts: 1, flows: 1 },
          flows: 1,
        },
      ],
    });
  });

  it("keeps to the bound on flows", async () => {
    const small = new FlowMonitor({ ports: new Set([25]), maxFlows: 10 });
    await small.watch(source);
    for (let port = 1_000; port < 1_050; port++) {
      source.arrive(...connection(port, 1, `192.0.2.7:${port}`));
    }
    await small.observe(client);
    const [counts] = small.counts.sources;
    expect(counts).toMatchObject({ flows: 10, table: { evicted: { full: 40 } } });
    await small.close();
  });

  it("tells who listens what the sources say", async () => {
    const heard: unknown[] = [];
    const listening = new FlowMonitor({
      ports: new Set([25]),
      heard: ({ name }, event) => heard.push([name, event.kind]),
    });
    await listening.watch(source);
    source.tell({ kind: "interrupted", reason: "the link is down" });
    source.tell({ kind: "resumed" });
    expect(heard).toEqual([
      ["mem0", "interrupted"],
      ["mem0", "resumed"],
    ]);
    await listening.close();
  });
});
