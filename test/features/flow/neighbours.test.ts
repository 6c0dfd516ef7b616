import { describe, expect, it } from "vitest";
import { FlowTable } from "../../../features/flow/flow-table.ts";
import type { Neighbours } from "../../../features/flow/flow-record.ts";
import { MAX_NEIGHBOURS } from "../../../features/flow/neighbours.ts";
import type { SegmentDescription } from "../../support/packet-builder.ts";
import { exchange, fromClient, fromServer, tcp } from "../../support/tcp-exchange.ts";
import type { Turn } from "../../support/tcp-exchange.ts";

const NONE: Neighbours = { open: 0, halfOpen: 0, vanished: 0, lastAck: 0, finWait: 0 };
const MAIL: readonly Turn[] = [
  ["server", "220 mx\r\n"],
  ["client", "EHLO x\r\n"],
];
const NOW = 1_000;

/** What the flow of a mail that comes at NOW has for neighbours, after these segments. */
function neighboursAfter(segments: readonly SegmentDescription[]): Neighbours | null | undefined {
  const table = new FlowTable({ neighbours: true });
  const mail = exchange(MAIL, { time: NOW - 0.04 });
  for (const each of [...segments, ...mail]) table.see(tcp(each));
  return table.find({ address: "192.0.2.7", port: 40_000 })?.record().neighbours;
}

/** A connection of the same client from another port, its last segment `age` seconds before NOW. */
function other(turns: readonly Turn[], age: number, from = "192.0.2.7:9"): SegmentDescription[] {
  return exchange(turns, { from, time: NOW - age - (turns.length + 2) * 0.01 });
}

describe("the neighbours of a flow", () => {
  it.each<[string, readonly SegmentDescription[], Partial<Neighbours>]>([
    ["none", [], {}],
    ["an open flow", other(MAIL, 10), { open: 1 }],
    ["an open flow that is silent for long", other([...MAIL, ["server", ""]], 301), {}],
    ["a flow of another client", other(MAIL, 10, "192.0.2.8:9"), {}],
    ["a SYN alone", [fromClient({ from: "192.0.2.7:9", flags: "S", time: 950 })], { halfOpen: 1 }],
    ["an old SYN", [fromClient({ from: "192.0.2.7:9", flags: "S", time: 900 })], {}],
    ["a SYN with its answer", other([], 5).slice(0, 2), { halfOpen: 1 }],
    ["a closed flow", other([...MAIL, ["client", "", "rst"]], 10), {}],
    [
      "a client gone without a word",
      other([...MAIL, ["server", "250 mx\r\n"]], 31),
      { vanished: 1 },
    ],
    ["a client that is only slow", other([...MAIL, ["server", "250 mx\r\n"]], 29), { open: 1 }],
    [
      "LAST_ACK",
      other([...MAIL, ["client", "", "fin"], ["server", "", "fin"]], 50),
      { lastAck: 1 },
    ],
    ["FIN_WAIT1", other([...MAIL, ["server", "", "fin"]], 50), { finWait: 1 }],
    [
      "several",
      [
        ...other(MAIL, 20),
        ...other(MAIL, 10, "192.0.2.7:10"),
        ...other([], 5, "192.0.2.7:11").slice(0, 1),
      ],
      { open: 2, halfOpen: 1 },
    ],
  ])("%s", (_name, segments, expected) => {
    expect(neighboursAfter(segments)).toEqual({ ...NONE, ...expected });
  });

  it("are those of the moment of the last new payload, whatever they do later", () => {
    const table = new FlowTable({ neighbours: true, marks: true });
    for (const each of other(MAIL, 10)) table.see(tcp(each));
    for (const each of exchange(MAIL, { time: NOW })) table.see(tcp(each));
    table.see(tcp(fromClient({ from: "192.0.2.7:9", flags: "R", time: NOW + 1 })));
    table.see(tcp(fromServer({ sequence: 5_009, acknowledgment: 1_009, time: NOW + 2 })));
    const flow = table.find({ address: "192.0.2.7", port: 40_000 });
    expect(flow?.mark()?.neighbours).toMatchObject({ open: 1 });
    expect(flow?.record().neighbours).toEqual(flow?.mark()?.neighbours);
  });

  it("are bounded", () => {
    const syns = Array.from({ length: MAX_NEIGHBOURS + 50 }, (_, each) =>
      fromClient({ from: `192.0.2.7:${each + 1}`, flags: "S", time: NOW - 1 }),
    );
    expect(neighboursAfter(syns)?.halfOpen).toBe(MAX_NEIGHBOURS);
  });

  it("are not looked at where nobody asked", () => {
    const table = new FlowTable();
    for (const each of exchange(MAIL)) table.see(tcp(each));
    expect(table.find({ address: "192.0.2.7", port: 40_000 })?.record().neighbours).toBeNull();
  });
});
