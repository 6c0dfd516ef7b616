import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FlowRecord } from "../../../features/flow/flow-record.ts";
import { FlowTable } from "../../../features/flow/flow-table.ts";
import { MessageCutter } from "../../../features/flow/message-cut.ts";
import type { MessageCut } from "../../../features/flow/message-cut.ts";
import type { SegmentDescription } from "../../support/packet-builder.ts";
import { at, CLIENT, exchange, SERVER, tcp } from "../../support/tcp-exchange.ts";
import type { Turn } from "../../support/tcp-exchange.ts";

const GREETING: readonly Turn[] = [
  ["server", "220 mx\r\n"],
  ["client", "EHLO x\r\n"],
  ["server", "250-mx\r\n250-PIPELINING\r\n250 CHUNKING\r\n"],
];
const ENVELOPE: readonly Turn[] = [
  ["client", "MAIL FROM:<>\r\n"],
  ["server", "250 Ok\r\n"],
  ["client", "RCPT TO:<a@b.example>\r\n"],
  ["server", "250 Ok\r\n"],
];
const DATA: readonly Turn[] = [
  ["client", "DATA\r\n"],
  ["server", "354 go\r\n"],
];
const QUIT: readonly Turn[] = [
  ["server", "250 Ok\r\n"],
  ["client", "QUIT\r\n"],
  ["server", "221 bye\r\n", "fin"],
];

/** What is cut off of these segments, in this order. */
function cutsOf(segments: readonly SegmentDescription[]): MessageCut[] {
  const cuts: MessageCut[] = [];
  const table = new FlowTable({ neighbours: true });
  const cutter = new MessageCutter((cut) => cuts.push(cut));
  for (const each of segments) {
    const segment = tcp(each);
    const flow = table.see(segment);
    if (flow !== undefined) cutter.see(flow, segment);
  }
  for (const flow of table.flows()) cutter.finish(flow);
  return cuts;
}

function recordAfter(segments: readonly SegmentDescription[]): FlowRecord | undefined {
  const table = new FlowTable({ neighbours: true });
  for (const each of segments) table.see(tcp(each));
  return [...table.flows()][0]?.record();
}

/** Index of the first segment with this payload. */
function indexOf(segments: readonly SegmentDescription[], payload: string): number {
  const index = segments.findIndex((each) => each.payload === payload);
  if (index < 0) throw new Error(`no segment with ${payload}`);
  return index;
}

/** Expects one message, cut off with the segment at `index`. */
function expectOneCut(segments: readonly SegmentDescription[], index: number): void {
  const cuts = cutsOf(segments).map(({ record, message, cut }) => ({ record, message, cut }));
  expect(cuts).toEqual([
    { record: recordAfter(segments.slice(0, index + 1)), message: 1, cut: "end-of-data" },
  ]);
}

describe("MessageCutter", () => {
  it("cuts with the segment that brings the dot, before the reply and QUIT", () => {
    const segments = exchange([
      ...GREETING,
      ...ENVELOPE,
      ...DATA,
      ["client", "Subject: x\r\n\r\nHello\r\n"],
      ["client", ".\r\n"],
      ...QUIT,
    ]);
    expectOneCut(segments, indexOf(segments, ".\r\n"));
  });

  it("cuts where the dot is spread over segments with its last byte", () => {
    const content: readonly Turn[] = ["x\r", "\n", ".", "\r", "\n"].map((part) => ["client", part]);
    const segments = exchange([...GREETING, ...ENVELOPE, ...DATA, ...content, ...QUIT]);
    expectOneCut(segments, 3 + 3 + 4 + 2 + 4);
  });

  it("cuts a message of the dot alone", () => {
    const segments = exchange([...GREETING, ...ENVELOPE, ...DATA, ["client", ".\r\n"], ...QUIT]);
    expectOneCut(segments, indexOf(segments, ".\r\n"));
  });

  it("takes commands sent together, and QUIT right behind the dot, for what they are", () => {
    const segments = exchange([
      ...GREETING,
      ["client", "MAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nDATA\r\n"],
      ["server", "250 Ok\r\n250 Ok\r\n354 go\r\n"],
      ["client", "x\r\n.\r\nQUIT\r\n"],
      ["server", "250 Ok\r\n221 bye\r\n"],
    ]);
    expectOneCut(segments, indexOf(segments, "x\r\n.\r\nQUIT\r\n"));
  });

  it("counts a second message on the record of the first", () => {
    const message: readonly Turn[] = [
      ...ENVELOPE,
      ...DATA,
      ["client", "x\r\n.\r\n"],
      ["server", "250 Ok\r\n"],
    ];
    const segments = exchange([...GREETING, ...message, ...message]);
    const cuts = cutsOf(segments);
    expect(cuts.map(({ message: number }) => number)).toEqual([1, 2]);
    expect(cuts.map(({ record }) => record.clientSide.packets)).toEqual([7, 11]);
    expect(at(cuts, 1).record).toEqual(recordAfter(segments.slice(0, -1)));
  });

  it("cuts chunks with the last octet of the last one", () => {
    const segments = exchange([
      ...GREETING,
      ...ENVELOPE,
      ["client", "BDAT 5\r\n.\r\nab"],
      ["server", "250 Ok\r\n"],
      ["client", "BDAT 4 LAST\r\n.\r"],
      ["client", "\nx"],
      ...QUIT,
    ]);
    expectOneCut(segments, indexOf(segments, "\nx"));
  });

  it("cuts an empty last chunk with its command", () => {
    const segments = exchange([
      ...GREETING,
      ...ENVELOPE,
      ["client", "BDAT 2\r\nab"],
      ["server", "250 Ok\r\n"],
      ["client", "BDAT 0 LAST\r\n"],
      ...QUIT,
    ]);
    expectOneCut(segments, indexOf(segments, "BDAT 0 LAST\r\n"));
  });

  it("finds the message after a DATA that was refused", () => {
    const segments = exchange([
      ...GREETING,
      ["client", "DATA\r\n"],
      ["server", "503 no\r\n"],
      ...ENVELOPE,
      ...DATA,
      ["client", "x\r\n.\r\n"],
      ...QUIT,
    ]);
    expectOneCut(segments, indexOf(segments, "x\r\n.\r\n"));
  });

  it("gives nothing of a flow without a message, or with one that was not completed", () => {
    expect(cutsOf(exchange([...GREETING, ...ENVELOPE, ...QUIT]))).toEqual([]);
    expect(cutsOf(exchange([...GREETING, ...ENVELOPE, ...DATA, ["client", "x\r\n."]]))).toEqual([]);
    expect(cutsOf(exchange([]))).toEqual([]);
  });
});

describe("segments that went astray", () => {
  const segments = exchange([
    ...GREETING,
    ...ENVELOPE,
    ...DATA,
    ["client", "Subject: x\r\n"],
    ["client", "\r\nHello\r\n"],
    ["client", ".\r\n"],
    ...QUIT,
  ]);
  const dot = indexOf(segments, ".\r\n");
  const middle = at(segments, dot - 1);

  it("cut with the first copy of the dot, not with its repeat", () => {
    expectOneCut(segments.toSpliced(dot + 1, 0, at(segments, dot)), dot);
  });

  it("cut with the segment that fills the hole before the dot", () => {
    const overtaken = segments.toSpliced(dot - 1, 2, at(segments, dot), middle);
    expectOneCut(overtaken, dot);
  });

  it("cut with the dot though a segment before it was sent twice", () => {
    expectOneCut(segments.toSpliced(dot, 0, middle), dot + 1);
  });

  it("cut with the dot though the server's replies were overtaken", () => {
    const [reply, next] = [at(segments, 5), at(segments, 6)];
    expectOneCut(segments.toSpliced(5, 2, next, reply), dot);
  });
});

describe("data in the SYN (TCP Fast Open)", () => {
  it("is read from behind the SYN's own number", () => {
    const segments = exchange(
      [["server", "220 mx\r\n250 mx\r\n"], ...ENVELOPE, ...DATA, ["client", "x\r\n.\r\n"], ...QUIT],
      { synPayload: "EHLO x\r\n" },
    );
    expectOneCut(segments, indexOf(segments, "x\r\n.\r\n"));
  });
});

describe("what cannot be read", () => {
  it("ends with the flow after STARTTLS", () => {
    const segments = exchange([
      ...GREETING,
      ["client", "STARTTLS\r\n"],
      ["server", "220 go\r\n"],
      ["client", "\x16\x03\x01 hello"],
      ["server", "\x16\x03\x03 hello"],
      ["client", "\x17\x03\x03 .\r\n"],
      ["server", "\x17\x03\x03 250"],
    ]);
    const [cut, ...more] = cutsOf(segments);
    expect(cut).toMatchObject({ message: 1, cut: "flow-end", record: recordAfter(segments) });
    expect(more).toEqual([]);
  });

  it("is nothing where the client sent none after STARTTLS", () => {
    const segments = exchange([...GREETING, ["client", "STARTTLS\r\n"], ["server", "220 go\r\n"]]);
    expect(cutsOf(segments)).toEqual([]);
  });

  it("takes the number after the messages that could be read", () => {
    const segments = exchange([
      ...GREETING,
      ...ENVELOPE,
      ...DATA,
      ["client", "x\r\n.\r\n"],
      ["server", "250 Ok\r\n"],
      ["client", "STARTTLS\r\n"],
      ["server", "220 go\r\n"],
      ["client", "\x16\x03\x01 hello"],
    ]);
    expect(cutsOf(segments).map(({ message, cut }) => [message, cut])).toEqual([
      [1, "end-of-data"],
      [2, "flow-end"],
    ]);
  });

  it("is all of a capture that kept headers only", () => {
    const segments = exchange([
      ...GREETING,
      ...ENVELOPE,
      ...DATA,
      ["client", "x\r\n.\r\n"],
      ...QUIT,
    ]);
    const headers = segments.map((each) => ({ ...each, snapLength: 54 }));
    expect(cutsOf(headers)).toMatchObject([
      { message: 1, cut: "flow-end", record: recordAfter(segments) },
    ]);
  });
});

describe("one side alone", () => {
  const segments = exchange([...GREETING, ...ENVELOPE, ...DATA, ["client", "x\r\n.\r\n"], ...QUIT]);

  it("gives the message where it is the client's", () => {
    expect(cutsOf(segments.filter(({ from }) => from === CLIENT))).toMatchObject([
      { message: 1, cut: "end-of-data", record: { complete: false } },
    ]);
  });

  it("gives nothing where it is the server's", () => {
    expect(cutsOf(segments.filter(({ from }) => from === SERVER))).toEqual([]);
  });
});

describe("the live mark and the offline cut", () => {
  it.each<[string, readonly Turn[]]>([
    [
      "plain",
      [...ENVELOPE, ...DATA, ["client", "x\r\n"], ["client", ".\r\n"], ["server", "250 Ok\r\n"]],
    ],
    [
      "chunks",
      [...ENVELOPE, ["client", "BDAT 3 LAST\r\n"], ["client", "abc"], ["server", "250 Ok\r\n"]],
    ],
  ])("are the same record, to the last bit, in a %s message", (_, turns) => {
    const segments = exchange([...GREETING, ...turns]);
    const live = new FlowTable({ marks: true });
    for (const each of segments) live.see(tcp(each));
    expect(cutsOf(segments).map(({ record }) => record)).toEqual([[...live.flows()][0]?.mark()]);
  });
});

describe("MessageCutter under anything", () => {
  const content = "Subject: x\r\n\r\n..\r\n.x\r\nHello\r\n.\r\n";

  it("cuts where a live table would, however the content is cut into segments", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: content.length - 1 })), (places) => {
        const ends = [...new Set(places), content.length].toSorted((one, other) => one - other);
        const parts = ends.map((end, index): Turn => [
          "client",
          content.slice(ends[index - 1] ?? 0, end),
        ]);
        const segments = exchange([
          ...GREETING,
          ...ENVELOPE,
          ...DATA,
          ...parts,
          ["server", "250 Ok\r\n"],
        ]);
        const live = new FlowTable({ marks: true });
        for (const each of segments) live.see(tcp(each));
        expect(cutsOf(segments).map(({ record }) => record)).toEqual([
          [...live.flows()][0]?.mark(),
        ]);
      }),
    );
  });

  it("numbers what it cuts from 1 on and never throws, whatever is lost, repeated, shuffled and cut off", () => {
    const message: readonly Turn[] = [
      ...ENVELOPE,
      ...DATA,
      ["client", content],
      ["server", "250 Ok\r\n"],
    ];
    const segments = exchange([...GREETING, ...message, ...message, ["client", "QUIT\r\n", "fin"]]);
    const pick = fc.record({
      index: fc.nat(segments.length - 1),
      snapLength: fc.integer({ min: 54, max: 200 }),
    });
    fc.assert(
      fc.property(fc.array(pick, { maxLength: 60 }), (picks) => {
        const cuts = cutsOf(
          picks.map(({ index, snapLength }) => ({ ...at(segments, index), snapLength })),
        );
        const flows = [...new Set(cuts.map(({ flow }) => flow))];
        for (const flow of flows) {
          const numbers = cuts
            .filter((cut) => cut.flow === flow)
            .map(({ message: number }) => number);
          expect(numbers).toEqual(numbers.map((_, index) => index + 1));
        }
      }),
    );
  });
});
