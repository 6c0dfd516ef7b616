import { describe, expect, it } from "vitest";
import { FlowTable } from "../../../features/flow/flow-table.ts";
import type { FlowRecord } from "../../../features/flow/flow-record.ts";
import type { SegmentDescription } from "../../support/packet-builder.ts";
import { at, exchange, fromServer, tcp } from "../../support/tcp-exchange.ts";
import type { Turn } from "../../support/tcp-exchange.ts";

const SECOND = 1e9;

/** The record of a connection whose turns, after the handshake, come at these seconds. */
function recordOf(turns: readonly Turn[], seconds: readonly number[]): FlowRecord {
  const [syn, answer, ack, ...rest] = exchange(turns, { time: 0 });
  const timed = rest.map((each, turn) => ({ ...each, time: at(seconds, turn) }));
  const handshake = [syn, answer, ack].filter((each) => each !== undefined);
  return recordOfSegments([
    ...handshake.map((each, tick) => ({ ...each, time: tick / 10 })),
    ...timed,
  ]);
}

function recordOfSegments(segments: readonly SegmentDescription[]): FlowRecord {
  const table = new FlowTable();
  for (const each of segments) table.see(tcp(each));
  return at([...table.flows()], 0).record();
}

describe("the time that a side takes to answer", () => {
  it("is from the other side's last new payload to the new payload after it", () => {
    const turns: readonly Turn[] = [
      ["server", "220-mx\r\n"],
      ["server", "220 mx\r\n"],
      ["client", "EHLO x\r\n"],
      ["client", "more\r\n"],
      ["server", "250 mx\r\n"],
      ["client", "QUIT\r\n"],
    ];
    const { clientSide, serverSide } = recordOf(turns, [1, 7, 7.25, 9, 12, 12.75]);
    expect(clientSide.thoughts).toEqual({
      count: 2,
      meanNanoseconds: 0.5 * SECOND,
      maxNanoseconds: 0.75 * SECOND,
    });
    expect(serverSide.thoughts).toMatchObject({ count: 1, maxNanoseconds: 3 * SECOND });
  });

  it("is none where the client spoke first, or nobody spoke", () => {
    expect(recordOf([["client", "EHLO x\r\n"]], [1]).clientSide.thoughts?.count).toBe(0);
    expect(recordOf([], []).clientSide.thoughts).toMatchObject({ count: 0, maxNanoseconds: null });
  });

  it("does not begin anew with a repeat", () => {
    const turns: readonly Turn[] = [
      ["server", "220 mx\r\n"],
      ["client", "EHLO x\r\n"],
    ];
    const segments = exchange(turns, { time: 0 });
    const banner = { ...at(segments, 3), time: 1 };
    const answer = { ...at(segments, 4), time: 5 };
    const { clientSide } = recordOfSegments([
      ...segments.slice(0, 3),
      banner,
      { ...banner, time: 4 },
      answer,
    ]);
    expect(clientSide.thoughts?.maxNanoseconds).toBe(4 * SECOND);
  });
});

describe("the wait for the greeting", () => {
  it("is from the end of the handshake to the last that came before the client spoke", () => {
    const turns: readonly Turn[] = [
      ["server", "220-mx\r\n"],
      ["server", "220 mx\r\n"],
      ["client", "EHLO x\r\n"],
      ["server", "250 mx\r\n"],
    ];
    expect(recordOf(turns, [0.5, 6.25, 7, 8]).greetWaitNanoseconds).toBe(6.05 * SECOND);
  });

  it("is absent where the client spoke first, or the handshake was not seen", () => {
    const turns: readonly Turn[] = [
      ["client", "EHLO x\r\n"],
      ["server", "220 mx\r\n"],
    ];
    expect(recordOf(turns, [1, 2]).greetWaitNanoseconds).toBeNull();
    expect(recordOfSegments([fromServer({ payload: "220 mx" })]).greetWaitNanoseconds).toBeNull();
  });
});
