import { describe, expect, it } from "vitest";
import type { Flow } from "../../../features/flow/flow.ts";
import type { CutRule, FlowRecord } from "../../../features/flow/flow-record.ts";
import { FlowTable } from "../../../features/flow/flow-table.ts";
import {
  MAX_AHEAD_BYTES,
  MAX_AHEAD_SEGMENTS,
  SmtpConversation,
} from "../../../features/flow/smtp-conversation.ts";
import type { SegmentDescription } from "../../support/packet-builder.ts";
import { at, CLIENT, exchange, tcp } from "../../support/tcp-exchange.ts";
import type { Turn } from "../../support/tcp-exchange.ts";

const START: readonly Turn[] = [
  ["server", "220 mx\r\n"],
  ["client", "EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\n"],
  ["server", "250 mx\r\n250 Ok\r\n250 Ok\r\n"],
];

interface Cut {
  readonly record: FlowRecord;
  readonly message: number;
  readonly cut: CutRule;
}

/** The cuts of a conversation whose segments come in this order. */
function converse(segments: readonly SegmentDescription[]): Cut[] {
  const table = new FlowTable();
  const cuts: Cut[] = [];
  let followed: { flow: Flow; conversation: SmtpConversation } | undefined;
  for (const each of segments) {
    const segment = tcp(each);
    const flow = table.see(segment);
    if (flow === undefined) continue;
    const conversation =
      followed?.conversation ??
      new SmtpConversation(flow, (record, message, cut) => cuts.push({ record, message, cut }));
    followed = { flow, conversation };
    if (segment.payloadLength > 0) conversation.see(segment);
  }
  followed?.conversation.finish();
  return cuts;
}

/** The record of the flow after these segments. */
function recordAfter(segments: readonly SegmentDescription[]): FlowRecord | undefined {
  const table = new FlowTable();
  for (const each of segments) table.see(tcp(each));
  return [...table.flows()][0]?.record();
}

describe("bytes sent ahead of the reply to DATA", () => {
  const turns: readonly Turn[] = [
    ...START,
    ["client", "DATA\r\n"],
    ["client", "Subject: x\r\n"],
    ["client", "\r\nHello\r\n.\r\n"],
    ["client", "QUIT\r\n"],
  ];

  it("cut where they came, not where the reply did", () => {
    const segments = exchange([...turns, ["server", "354 go\r\n"], ["server", "250 Ok\r\n"]]);
    expect(converse(segments)).toEqual([
      { record: recordAfter(segments.slice(0, 9)), message: 1, cut: "end-of-data" },
    ]);
  });

  it("are commands where the reply refuses", () => {
    expect(converse(exchange([...turns, ["server", "554 no\r\n"]]))).toEqual([]);
  });

  it("are no message where the reply never comes", () => {
    expect(converse(exchange(turns))).toEqual([]);
  });

  it("are unreadable from where the capture cut them off, once content is due", () => {
    const segments = exchange([...turns, ["server", "354 go\r\n"]]);
    const cut = segments.map((each, index) => (index === 8 ? { ...each, snapLength: 60 } : each));
    expect(converse(cut).map(({ message, cut: rule }) => [message, rule])).toEqual([
      [1, "flow-end"],
    ]);
  });

  it.each([
    ["bytes", Math.ceil((MAX_AHEAD_BYTES + 1) / 1_400), 1_400],
    ["segments", MAX_AHEAD_SEGMENTS + 1, 10],
  ])("count as accepted when there are too many %s of them", (_, count, length) => {
    const content = Array.from({ length: count }, (): Turn => ["client", "x".repeat(length)]);
    const segments = exchange([
      ...START,
      ["client", "DATA\r\n"],
      ...content,
      ["client", "\r\n.\r\n"],
    ]);
    expect(converse(segments)).toEqual([
      { record: recordAfter(segments), message: 1, cut: "end-of-data" },
    ]);
  });
});

describe("a server that is not heard", () => {
  const turns: readonly Turn[] = [
    ...START,
    ["client", "DATA\r\n"],
    ["server", "354 go\r\n"],
    ["client", "x\r\n.\r\n"],
    ["server", "250 Ok\r\n"],
  ];

  it("is one that was never captured: DATA counts as accepted at once", () => {
    const segments = exchange(turns).filter(({ from }) => from === CLIENT);
    expect(converse(segments)).toMatchObject([{ message: 1, cut: "end-of-data" }]);
  });

  it("is one whose replies were cut off by the capture", () => {
    const segments = exchange(turns).map((each) =>
      each.from === CLIENT ? each : { ...each, snapLength: 60 },
    );
    expect(converse(segments)).toMatchObject([{ message: 1, cut: "end-of-data" }]);
  });

  it("is one of whose replies the capture lost one, as the end shows", () => {
    const segments = exchange([...turns, ["client", "QUIT\r\n"]]);
    const lossy = segments.filter((_, index) => index !== 7);
    expect(converse(lossy)).toMatchObject([
      { message: 1, cut: "end-of-data", record: { ended: 100.08, complete: false } },
    ]);
  });
});

describe("what the capture lacks of the client", () => {
  const turns: readonly Turn[] = [
    ...START,
    ["client", "DATA\r\n"],
    ["server", "354 go\r\n"],
    ["client", "x\r\n"],
    ["client", ".\r\n"],
    ["server", "250 Ok\r\n"],
  ];

  it("ends the conversation where it was acknowledged: it is lost for good", () => {
    const segments = exchange(turns);
    for (const missing of [8, 9]) {
      const cuts = converse(segments.filter((_, index) => index !== missing));
      expect(cuts.map(({ message, cut }) => [message, cut])).toEqual([[1, "flow-end"]]);
    }
  });

  it("is no message where nobody acknowledged it: it may never have arrived", () => {
    const segments = exchange(turns).slice(0, -1);
    expect(converse(segments.filter((_, index) => index !== 8))).toEqual([]);
  });

  it("is not the number of an acknowledged FIN", () => {
    const closed = exchange([...turns, ["client", "QUIT\r\n", "fin"], ["server", "221 bye\r\n"]]);
    expect(converse(closed).map(({ cut }) => cut)).toEqual(["end-of-data"]);
  });

  it("is not the text in a reset", () => {
    const segments = exchange([...turns.slice(0, 5), ["client", "x\r\n.\r\n", "rst"]]);
    expect(converse(segments)).toEqual([]);
  });
});

describe("content that is not decided yet", () => {
  it("is a message at the end of the flow", () => {
    const segments = exchange([...START, ["client", "BDAT 3 LAST\r\nabc"], ["client", "QUIT\r\n"]]);
    expect(converse(segments)).toEqual([
      { record: recordAfter(segments.slice(0, 7)), message: 1, cut: "end-of-data" },
    ]);
  });

  it("takes no number where it turns out to be no message", () => {
    const segments = exchange([
      ...START,
      [
        "client",
        "RSET\r\nBDAT 3 LAST\r\nabcMAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nBDAT 1 LAST\r\nx",
      ],
      ["server", "250 Ok\r\n503 no\r\n250 Ok\r\n250 Ok\r\n250 Ok\r\n"],
    ]);
    const cuts = converse(segments);
    expect(cuts.map(({ message }) => message)).toEqual([1]);
    expect(at(cuts, 0).record.ended).toBeCloseTo(100.06, 6);
  });
});
