import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FlowTable } from "../../../features/flow/flow-table.ts";
import type { EvictionReason, FlowTableOptions } from "../../../features/flow/flow-table.ts";
import type { SegmentDescription } from "../../support/packet-builder.ts";
import {
  at,
  CLIENT,
  exchange,
  fromClient,
  fromServer,
  SERVER,
  tcp,
} from "../../support/tcp-exchange.ts";
import type { Turn } from "../../support/tcp-exchange.ts";

const client = { address: "192.0.2.7", port: 40_000 };
const TURNS: readonly Turn[] = [
  ["server", "220 mx\r\n"],
  ["client", "QUIT\r\n"],
];
const CLOSED: readonly Turn[] = [
  ...TURNS,
  ["server", "", "fin"],
  ["client", "", "fin"],
  ["server", ""],
];

interface Watched {
  readonly table: FlowTable;
  /** Client ports of the flows that left, with the reason. */
  readonly left: (readonly [port: number, reason: EvictionReason])[];
  readonly see: (...segments: readonly SegmentDescription[]) => void;
}

function tableWith(options: FlowTableOptions = {}): Watched {
  const left: [number, EvictionReason][] = [];
  const table = new FlowTable({
    ...options,
    onEvicted: (flow, reason) => left.push([flow.client.port, reason]),
  });
  return {
    table,
    left,
    see: (...segments) => {
      for (const each of segments) table.see(tcp(each));
    },
  };
}

/** A SYN from this client port at this second. */
function syn(port: number, time: number): SegmentDescription {
  return fromClient({ from: `192.0.2.7:${port}`, flags: "S", sequence: port, time });
}

describe("FlowTable.see", () => {
  it("gathers both directions of a connection in one flow, whatever comes later", () => {
    const { table, see } = tableWith();
    const late = fromServer({ flags: "FA", sequence: 5_009, acknowledgment: 1_008, time: 9_000 });
    see(...exchange(CLOSED), late);
    expect([...table.flows()].map((flow) => flow.record())).toMatchObject([
      { client, clientSide: { packets: 4 }, serverSide: { packets: 5, fins: 2 } },
    ]);
  });

  it("returns the flow that took the segment", () => {
    const table = new FlowTable();
    const flow = table.see(tcp(fromClient({ time: 0 })));
    expect(flow?.record()).toMatchObject({ client, clientSide: { packets: 1 } });
    expect(table.see(tcp(fromServer({ time: 1 })))).toBe(flow);
    expect(table.see(tcp(fromClient({ from: "192.0.2.8:1" })))).not.toBe(flow);
  });

  it("returns none while the flow is half-open, and counts its segments all the same", () => {
    const table = new FlowTable();
    const handshake = exchange([]).map((each) => tcp(each));
    expect(handshake.map((each) => table.see(each)?.record().clientSide.packets)).toEqual([
      undefined,
      undefined,
      2,
    ]);
    expect(table.counts).toMatchObject({ segments: 3, flows: 1 });
  });

  it.each<[string, SegmentDescription, number]>([
    ["a SYN with another sequence number", { flags: "S", sequence: 99_000 }, 2],
    ["the same SYN again", { flags: "S", sequence: 1_000 }, 1],
    ["a SYN-ACK with another sequence number", { flags: "SA", sequence: 99_000 }, 1],
    ["data anywhere in the sequence space", { flags: "A", sequence: 3_000_000_000 }, 1],
    ["anything after an hour of silence", { flags: "A", sequence: 1_008, time: 9_999 }, 1],
  ])("after %s", (_, description, flows) => {
    const { table, see } = tableWith();
    see(...exchange(CLOSED), fromClient({ time: 200, ...description }));
    expect([...table.flows()]).toHaveLength(flows);
  });

  it("lets the other side's SYN into the flow where that side has not begun (simultaneous open)", () => {
    const { table, see } = tableWith();
    see(fromClient({ flags: "S", sequence: 1 }), fromServer({ flags: "S", sequence: 2 }));
    expect(table.counts.flows).toBe(1);
  });

  it("keeps the flow whose port was used again, and gives nothing more to it", () => {
    const { table, see } = tableWith();
    see(
      ...exchange(TURNS),
      ...exchange(TURNS, { clientStart: 9_000, serverStart: 80_000, time: 200 }),
    );
    const records = [...table.flows()].map((flow) => flow.record());
    expect(records.map(({ started }) => started)).toEqual([100, 200]);
    expect(records.map(({ clientSide }) => clientSide.packets)).toEqual([3, 3]);
    expect(records.every(({ complete }) => complete)).toBe(true);
  });

  it("takes a connection of an end with itself for one direction", () => {
    const { table, see } = tableWith();
    see({ from: CLIENT, to: CLIENT, flags: "S" }, { from: CLIENT, to: CLIENT, flags: "SA" });
    expect(at([...table.flows()], 0).record()).toMatchObject({ clientSide: { packets: 2 } });
  });

  it("passes over other ports, counts them, and asks for either end", () => {
    const { table, see } = tableWith({ ports: new Set([25, 587]) });
    see(
      fromClient(),
      fromServer(),
      fromClient({ to: "198.51.100.2:80" }),
      fromClient({ from: "192.0.2.9:587" }),
    );
    expect(table.counts).toMatchObject({ segments: 3, otherPorts: 1, flows: 2 });
    expect(table.see(tcp({ from: CLIENT, to: "198.51.100.2:80" }))).toBeUndefined();
  });
});

describe("FlowTable.flows", () => {
  it("come in the order in which they began, though slots are used again", () => {
    const { table, see } = tableWith({ maxFlows: 3 });
    see(syn(1, 1), syn(2, 2), syn(3, 3), syn(4, 4), syn(3, 5), syn(5, 6));
    expect([...table.flows()].map((flow) => flow.client.port)).toEqual([3, 4, 5]);
  });
});

describe("FlowTable.find", () => {
  it("finds the newer flow of a port used again", () => {
    const { table, see } = tableWith();
    see(...exchange(TURNS), ...exchange(TURNS, { clientStart: 9_000, time: 200 }));
    expect(table.find(client)?.record().started).toBe(200);
  });

  it("chooses among the flows of one client by the server", () => {
    const { table, see } = tableWith();
    see(...exchange(TURNS), ...exchange(TURNS, { to: "198.51.100.3:25", time: 200 }));
    expect(table.find(client)?.server.address).toBe("198.51.100.3");
    expect(table.find(client, { address: "198.51.100.2", port: 25 })?.record().started).toBe(100);
  });

  it("takes the end at a mail server's port for the server where no SYN was seen", () => {
    const { table, see } = tableWith({ ports: new Set([25]) });
    see(fromServer({ payload: "250 Ok\r\n" }), fromClient({ payload: "QUIT\r\n" }));
    expect(table.find(client)?.record()).toMatchObject({ client, complete: false });
    const without = tableWith();
    without.see(fromServer({ payload: "250 Ok\r\n" }));
    expect(without.table.find(client)).toBeUndefined();
  });

  it("finds a client that became known as such late", () => {
    const { table, see } = tableWith();
    see(fromServer({ flags: "A" }), fromClient({ flags: "S" }));
    expect(table.find(client)).toBe(at([...table.flows()], 0));
    expect(table.find({ address: "198.51.100.2", port: 25 })).toBeUndefined();
  });
});

describe("the bound of FlowTable", () => {
  it("lets go the oldest of those that are half-open, and tells of it", () => {
    const { table, left, see } = tableWith({ maxFlows: 3 });
    see(syn(1, 1), syn(2, 2), syn(3, 3), syn(1, 4), syn(4, 5), syn(5, 6));
    expect(left).toEqual([
      [1, "full"],
      [2, "full"],
    ]);
    expect(table.counts).toMatchObject({ flows: 5, evicted: { full: 2, idle: 0, closed: 0 } });
  });

  it("lets go the flow that was silent longest where all have exchanged data", () => {
    const { left, see } = tableWith({ maxFlows: 2 });
    see(...exchange(TURNS, { from: "192.0.2.7:1", time: 10 }));
    see(...exchange(TURNS, { from: "192.0.2.7:2", time: 20 }));
    see(fromClient({ from: "192.0.2.7:1", time: 25 }));
    see(...exchange(TURNS, { from: "192.0.2.7:3", time: 30 }));
    expect(left).toEqual([[2, "full"]]);
  });

  it("lets go closed flows before open ones, and half-open ones before both", () => {
    const { left, see } = tableWith({ maxFlows: 3 });
    see(...exchange(TURNS, { from: "192.0.2.7:1", time: 10 }));
    see(...exchange(CLOSED, { from: "192.0.2.7:2", time: 20 }), syn(3, 30));
    see(...exchange(TURNS, { from: "192.0.2.7:4", time: 40 }));
    see(...exchange(TURNS, { from: "192.0.2.7:5", time: 50 }));
    see(...exchange(TURNS, { from: "192.0.2.7:6", time: 60 }));
    expect(left.map(([port]) => port)).toEqual([3, 2, 1]);
  });

  it.each<[string, (port: number) => SegmentDescription]>([
    ["SYNs", (port) => syn(port, port)],
    ["ACKs", (port) => fromClient({ from: `203.0.113.9:${port}`, time: port })],
    ["RSTs", (port) => fromClient({ from: `203.0.113.9:${port}`, flags: "R", time: port })],
    ["SYNs with data", (port) => ({ ...syn(port, port), payload: "x" })],
  ])("keeps all flows that have exchanged data under a flood of %s", (_, junk) => {
    const { table, see } = tableWith({ maxFlows: 100 });
    for (let each = 1; each <= 50; each++) see(...exchange(TURNS, { from: `10.0.0.${each}:1` }));
    for (let port = 200; port < 3_000; port++) see(junk(port));
    const kept = [...table.flows()].filter((flow) => flow.client.address.startsWith("10."));
    expect([kept.length, table.size]).toEqual([50, 100]);
  });

  it("holds in bytes too, but for the newest flow", () => {
    const { table, left, see } = tableWith({ maxBytes: 20_000 });
    for (let each = 0; each < 100; each++) {
      see(...exchange(TURNS, { from: `10.0.0.${each}:1`, time: each }));
      expect(table.bytes).toBeLessThanOrEqual(22_000);
    }
    expect(table.find({ address: "10.0.0.99", port: 1 })).toBeDefined();
    expect(left.length + table.size).toBe(100);
    expect(table.size).toBeGreaterThan(10);
  });

  it("counts what waits for its acknowledgment among the bytes", () => {
    const { table, see } = tableWith();
    see(...exchange(TURNS));
    const before = table.bytes;
    for (let each = 0; each < 50; each++) {
      see(fromServer({ sequence: 6_000 + 10 * each, payload: "12345" }));
    }
    expect(table.bytes - before).toBeGreaterThan(50 * 4 * 8);
    table.drain(() => undefined);
    expect([table.size, table.bytes]).toEqual([0, 0]);
  });

  it("counts flows that were superseded, too", () => {
    const { table, see } = tableWith({ maxFlows: 10 });
    for (let each = 0; each < 1_000; each++) {
      see(fromClient({ flags: "S", sequence: each, time: each }));
    }
    expect(table.size).toBe(10);
    expect(table.counts.evicted.full).toBe(990);
  });

  it("is one flow at least", () => {
    const { table, see } = tableWith({ maxFlows: 0 });
    see(syn(1, 1), syn(2, 2));
    expect(table.size).toBe(1);
  });

  it("begins anew with a segment of a flow that had to go", () => {
    const { table, see } = tableWith({ maxFlows: 1 });
    see(...exchange(TURNS), syn(1, 200), fromClient({ flags: "A", time: 201 }));
    expect(table.find(client)?.record()).toMatchObject({ started: 201, complete: false });
  });
});

describe("ages", () => {
  const AGES = { idleSeconds: 300, lingerSeconds: 60 };

  it("are none unless set: nothing goes, whatever time passes", () => {
    const { table, left, see } = tableWith();
    see(...exchange(CLOSED), syn(1, 1), syn(2, 2_000_000_000));
    table.expire({ seconds: 4_000_000_000, nanoseconds: 0 });
    expect([table.size, left]).toEqual([3, []]);
  });

  it("let an open flow go after silence, when a later segment comes", () => {
    const { left, see } = tableWith(AGES);
    see(...exchange(TURNS, { from: "192.0.2.7:1", time: 100 }));
    see(...exchange(TURNS, { from: "192.0.2.7:2", time: 350 }));
    see(fromClient({ from: "192.0.2.7:1", time: 399 }), syn(3, 649.9));
    expect(left).toEqual([]);
    see(syn(4, 651));
    expect(left).toEqual([[2, "idle"]]);
  });

  it("let a half-open flow go sooner, its repeats notwithstanding", () => {
    const { left, see } = tableWith({ ...AGES, halfOpenSeconds: 70 });
    see(syn(1, 100), syn(2, 150), syn(1, 165), syn(3, 169));
    expect(left).toEqual([]);
    see(syn(3, 170));
    expect(left).toEqual([[1, "half-open"]]);
  });

  it("are half-open flows' own also where only the others were set", () => {
    const { left, see } = tableWith(AGES);
    see(syn(1, 100), syn(2, 226), syn(2, 227));
    expect(left).toEqual([[1, "half-open"]]);
  });

  it("keep a closed flow for look-ups for the linger time after its last segment", () => {
    const { table, left, see } = tableWith(AGES);
    see(...exchange(CLOSED, { time: 100 }));
    table.expire({ seconds: 160, nanoseconds: 0 });
    expect(table.find(client)).toBeDefined();
    see(fromServer({ flags: "FA", sequence: 5_009, acknowledgment: 1_008, time: 150 }));
    table.expire({ seconds: 209, nanoseconds: 0 });
    expect(table.find(client)).toBeDefined();
    table.expire({ seconds: 210, nanoseconds: 0 });
    expect(table.find(client)).toBeUndefined();
    expect(left).toEqual([[40_000, "closed"]]);
  });

  it("let a superseded flow go after the linger time, not the newer one", () => {
    const { table, left, see } = tableWith(AGES);
    see(...exchange(TURNS), ...exchange(TURNS, { clientStart: 9_000, time: 101 }));
    table.expire({ seconds: 165, nanoseconds: 0 });
    expect(left).toEqual([[40_000, "closed"]]);
    expect(table.find(client)?.record().started).toBe(101);
  });

  it("do not shrink where the clock steps back", () => {
    const { table, left, see } = tableWith(AGES);
    see(syn(1, 1_000), syn(2, 10));
    table.expire({ seconds: 20, nanoseconds: 0 });
    expect([table.size, left]).toEqual([2, []]);
  });
});

describe("FlowTable.markAllIncomplete", () => {
  it("marks the flows that are open, and neither closed nor later ones", () => {
    const { table, see } = tableWith();
    see(...exchange(CLOSED, { from: "192.0.2.7:1" }), ...exchange(TURNS, { from: "192.0.2.7:2" }));
    table.markAllIncomplete();
    see(...exchange(TURNS, { from: "192.0.2.7:3", time: 200 }));
    const complete = [...table.flows()].map((flow) => flow.record().complete);
    expect(complete).toEqual([true, false, true]);
    expect(table.counts.interruptions).toBe(1);
  });

  it("marks the newer flow alone where a port was used again", () => {
    const { table, see } = tableWith();
    see(...exchange(TURNS), ...exchange(TURNS, { clientStart: 9_000, time: 200 }));
    table.markAllIncomplete();
    expect([...table.flows()].map((flow) => flow.record().complete)).toEqual([true, false]);
  });
});

describe("FlowTable under anything", () => {
  const ends = fc.constantFrom(
    [CLIENT, SERVER],
    [SERVER, CLIENT],
    ["192.0.2.9:7", SERVER],
    ["[2001:db8::1]:7", "[2001:db8::2]:25"],
  );
  const numbers = fc.oneof(
    fc.nat(300),
    fc.nat(0xffffffff),
    fc.integer({ min: 0xffffff00, max: 0xffffffff }),
  );
  const anySegment = fc
    .record({
      ends,
      flags: fc.stringMatching(/^S?A?F?R?P?$/),
      sequence: numbers,
      acknowledgment: numbers,
      window: fc.constantFrom(0, 1, 65_535),
      length: fc.nat(300),
      time: fc.nat(1_000),
      snapLength: fc.integer({ min: 80, max: 500 }),
    })
    .map(({ ends: [from = CLIENT, to = SERVER], length, ...rest }) => ({
      from,
      to,
      payload: "x".repeat(length),
      ...rest,
    }));

  it("never throws, and each segment is in one flow", () => {
    fc.assert(
      fc.property(fc.array(anySegment, { maxLength: 80 }), fc.boolean(), (segments, marks) => {
        let packets = 0;
        const count = (flow: {
          record: () => { clientSide: { packets: number }; serverSide: { packets: number } };
        }): void => {
          const { clientSide, serverSide } = flow.record();
          packets += clientSide.packets + serverSide.packets;
        };
        const table = new FlowTable({
          maxFlows: 2,
          idleSeconds: 400,
          lingerSeconds: 100,
          marks,
          onEvicted: count,
        });
        for (const each of segments) table.see(tcp(each));
        for (const flow of table.flows()) count(flow);
        expect(packets).toBe(segments.length);
        const evicted = Object.values(table.counts.evicted).reduce((sum, each) => sum + each, 0);
        expect(table.counts.flows).toBe(table.size + evicted);
      }),
    );
  });

  it("counts no less new payload than any part of what it saw", () => {
    fc.assert(
      fc.property(fc.array(anySegment, { maxLength: 60 }), (segments) => {
        const table = new FlowTable();
        for (const each of segments) table.see(tcp(each));
        for (const flow of table.flows()) {
          for (const side of [flow.record().clientSide, flow.record().serverSide]) {
            expect(side.uniqueBytes).toBeLessThanOrEqual(side.payloadBytes);
            expect(
              side.retransmissions + side.outOfOrder + side.zeroWindowProbes,
            ).toBeLessThanOrEqual(side.packets);
            expect(side.gaps.count).toBe(Math.max(0, side.packets - 1));
          }
        }
      }),
    );
  });
});
