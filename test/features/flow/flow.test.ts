import { describe, expect, it } from "vitest";
import { Flow } from "../../../features/flow/flow.ts";
import { FlowContext } from "../../../features/flow/flow-context.ts";
import { EndpointKey, FlowKey } from "../../../features/flow/flow-key.ts";
import { FlowKeys } from "../../../features/flow/flow-keys.ts";
import type { SegmentDescription } from "../../support/packet-builder.ts";
import { at, CLIENT, exchange, fromClient, fromServer, tcp } from "../../support/tcp-exchange.ts";
import type { Turn } from "../../support/tcp-exchange.ts";

const MAIL: readonly Turn[] = [
  ["server", "220 mx\r\n"],
  ["client", "EHLO x\r\n"],
  ["server", "250 mx\r\n"],
  ["client", "QUIT\r\n"],
  ["server", "221 bye\r\n"],
];
const CLOSE: readonly Turn[] = [
  ["server", "", "fin"],
  ["client", "", "fin"],
  ["server", ""],
];

interface Seen {
  readonly flow: Flow;
  readonly see: (...more: readonly SegmentDescription[]) => void;
  readonly interrupt: () => void;
}

/** A flow that begins with this segment and has taken none yet. */
function emptyFlow(first: SegmentDescription, context: FlowContext): Flow {
  const key = new FlowKey(new EndpointKey(), new EndpointKey());
  key.read(tcp(first));
  const keys = new FlowKeys();
  keys.set(0, key);
  return new Flow(0, { keys, slot: 0, isFromServer: false }, tcp(first), context);
}

/** A flow that took these segments, of which the first says where it goes from. */
function flowOf(segments: readonly SegmentDescription[], marks = false): Seen {
  const interruptions = { count: 0 };
  const flow = emptyFlow(at(segments, 0), new FlowContext(marks, interruptions));
  const see = (...more: readonly SegmentDescription[]): void => {
    for (const each of more) flow.see(tcp(each), each.from === at(segments, 0).from);
  };
  see(...segments);
  return {
    flow,
    see,
    interrupt: () => {
      interruptions.count += 1;
    },
  };
}

describe("who is the client", () => {
  const client = { address: "192.0.2.7", port: 40_000 };
  const server = { address: "198.51.100.2", port: 25 };

  it.each<[string, readonly SegmentDescription[], string]>([
    ["the sender of the SYN", [fromClient({ flags: "S" })], "syn"],
    ["the target of the SYN-ACK where no SYN was seen", [fromServer({ flags: "SA" })], "syn-ack"],
    [
      "the sender of the first segment where neither was",
      [fromClient(), fromServer()],
      "first-packet",
    ],
    [
      "the sender of a SYN that comes after the other side's data",
      [fromServer(), fromClient({ flags: "S" })],
      "syn",
    ],
    [
      "the sender of the first of two SYNs",
      [fromClient({ flags: "S" }), fromServer({ flags: "S" })],
      "syn",
    ],
    [
      "the target of the SYN-ACK though a SYN of the server follows",
      [fromServer({ flags: "SA" }), fromServer({ flags: "S" })],
      "syn-ack",
    ],
  ])("%s", (_, segments, role) => {
    const { flow } = flowOf(segments);
    expect([flow.role, flow.client, flow.server]).toEqual([role, client, server]);
    expect(flow.record()).toMatchObject({ client, server });
  });
});

describe("Flow.record", () => {
  it("tells both sides apart and runs from the first to the last segment", () => {
    const { flow } = flowOf(exchange(MAIL));
    const record = flow.record();
    expect(record.clientSide).toMatchObject({ packets: 4, syns: 1, payloadBytes: 14 });
    expect(record.serverSide).toMatchObject({ packets: 4, syns: 1, payloadBytes: 25 });
    expect(record.started).toBe(100);
    expect(record.ended).toBeCloseTo(100.07, 6);
    expect(record.handshakeRttNanoseconds).toBe(10_000_000);
  });

  it("has the round trips from server to client, not the others", () => {
    const { flow } = flowOf(exchange(MAIL));
    expect(flow.record().rtt).toEqual({ count: 3, mean: 10_000_000, m2: 0 });
  });

  it("has those round trips where it turns out late who is the server", () => {
    const [syn, synAck, ack, ...rest] = exchange(MAIL);
    const { flow } = flowOf([synAck, syn, ack, ...rest].filter((each) => each !== undefined));
    expect(flow.record().rtt.count).toBe(3);
    expect(flow.client.port).toBe(40_000);
  });

  it("survives times that are years apart", () => {
    const { flow } = flowOf([fromClient({ time: 0 }), fromClient({ time: 2_000_000_000 })]);
    expect(flow.record().clientSide.maxGapNanoseconds).toBe(2e18);
  });
});

describe("complete", () => {
  function isComplete(segments: readonly SegmentDescription[]): boolean {
    return flowOf(segments).flow.record().complete;
  }

  it("is a flow whose handshake and acknowledged bytes were all captured", () => {
    expect(isComplete(exchange([...MAIL, ...CLOSE]))).toBe(true);
  });

  it.each([
    ["the SYN", 0],
    ["the SYN-ACK", 1],
    ["data of the server", 3],
    ["data of the client", 4],
  ])("is not a flow without %s", (_, missing) => {
    expect(isComplete(exchange(MAIL).filter((__, index) => index !== missing))).toBe(false);
  });

  it("is a flow whose unacknowledged last segment is missing", () => {
    expect(isComplete(exchange(MAIL).slice(0, -1))).toBe(true);
  });

  it("is not a lone SYN", () => {
    expect(isComplete([fromClient({ flags: "S" })])).toBe(false);
  });

  it("is a flow again when the missing segment comes late", () => {
    const segments = exchange(MAIL);
    expect(isComplete([...segments.filter((_, index) => index !== 4), at(segments, 4)])).toBe(true);
  });
});

describe("interruptions of the capture", () => {
  it("make an open flow incomplete for good", () => {
    const { flow, see, interrupt } = flowOf(exchange(MAIL));
    interrupt();
    see(fromClient({ flags: "A", sequence: 1_015, acknowledgment: 5_026 }));
    expect(flow.record().complete).toBe(false);
  });

  it.each<[string, readonly Turn[]]>([
    ["both FINs were acknowledged", [...MAIL, ...CLOSE]],
    ["it was reset", [...MAIL, ["client", "", "rst"]]],
  ])("leave a flow alone after %s", (_, turns) => {
    const { flow, interrupt } = flowOf(exchange(turns));
    expect(flow.isClosed).toBe(true);
    interrupt();
    expect(flow.record().complete).toBe(true);
  });

  it("leave a flow alone that had to give way to a newer one", () => {
    const { flow, interrupt } = flowOf(exchange(MAIL));
    flow.close();
    interrupt();
    expect(flow.record().complete).toBe(true);
  });

  it("reach a flow that goes on after a reset", () => {
    const segments = exchange([...MAIL, ["client", "", "rst"], ["server", "250 more\r\n"]]);
    const { flow, see, interrupt } = flowOf(segments.slice(0, -1));
    see(at(segments, -1));
    expect(flow.isClosed).toBe(false);
    interrupt();
    expect(flow.record().complete).toBe(false);
  });

  it("before a flow are none of it", () => {
    const interruptions = { count: 3 };
    const segments = exchange(MAIL);
    const flow = emptyFlow(at(segments, 0), new FlowContext(false, interruptions));
    for (const each of segments) flow.see(tcp(each), each.from === CLIENT);
    expect(flow.record().complete).toBe(true);
  });
});

describe("Flow.mark", () => {
  it("is the record as it stood with the last new payload of the client", () => {
    const segments = exchange([...MAIL, ...CLOSE]);
    const { flow } = flowOf(segments, true);
    expect(flow.mark()).toEqual(flowOf(segments.slice(0, 7)).flow.record());
  });

  it("is the present record while nothing came after that payload", () => {
    const { flow } = flowOf(exchange(MAIL).slice(0, 7), true);
    expect(flow.mark()).toEqual(flow.record());
    expect(flow.mark()).toEqual(flow.record());
  });

  it("does not move with what brings no new payload", () => {
    const segments = exchange(MAIL);
    const { flow, see } = flowOf(segments, true);
    const mark = flow.mark();
    see(at(segments, 6), fromClient({ flags: "A", sequence: 1_015, acknowledgment: 5_026 }));
    expect(flow.mark()).toEqual(mark);
  });

  it("is there only after the client's first payload", () => {
    expect(flowOf(exchange(MAIL).slice(0, 4), true).flow.mark()).toBeUndefined();
  });

  it("is not kept where it was not asked for", () => {
    expect(flowOf(exchange(MAIL)).flow.mark()).toBeUndefined();
  });

  it("is not complete any more after an interruption of the open flow", () => {
    const { flow, interrupt } = flowOf(exchange(MAIL), true);
    expect(flow.mark()?.complete).toBe(true);
    interrupt();
    expect(flow.mark()?.complete).toBe(false);
  });
});
