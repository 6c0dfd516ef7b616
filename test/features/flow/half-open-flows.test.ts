import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Flow } from "../../../features/flow/flow.ts";
import { FlowContext } from "../../../features/flow/flow-context.ts";
import { EndpointKey, FlowKey } from "../../../features/flow/flow-key.ts";
import { FlowKeys } from "../../../features/flow/flow-keys.ts";
import { FlowTable } from "../../../features/flow/flow-table.ts";
import { HalfOpenFlows, MAX_EVENTS } from "../../../features/flow/half-open-flows.ts";
import type { SegmentDescription } from "../../support/packet-builder.ts";
import { at, CLIENT, fromClient, fromServer, tcp } from "../../support/tcp-exchange.ts";

const ABOUT = { ordinal: 7, interruptions: 2 };
const SYN = fromClient({ flags: "S", sequence: 0xfffffffe, time: 100.25, options: { mss: 1460 } });
const ANSWER = fromServer({ flags: "SA", sequence: 9, acknowledgment: 0xffffffff, time: 100.5 });

/** What an ordinary flow makes of these segments, none of them in a compact form. */
function ordinaryRecord(segments: readonly SegmentDescription[]): unknown {
  const first = tcp(at(segments, 0));
  const key = new FlowKey(new EndpointKey(), new EndpointKey());
  key.read(first);
  const keys = new FlowKeys();
  keys.set(0, key);
  const flow = new Flow(0, { keys, slot: 0, isFromServer: false }, first, new FlowContext());
  for (const each of segments) flow.see(tcp(each), each.from === CLIENT);
  return flow.record();
}

describe("HalfOpenFlows", () => {
  it("can hold what begins with a bare SYN, and nothing else", () => {
    const canBegin = (description: SegmentDescription): boolean =>
      HalfOpenFlows.canBegin(tcp(description));
    expect(canBegin({ flags: "S" })).toBe(true);
    expect(canBegin({ flags: "SEC" })).toBe(true);
    expect(["SA", "A", "SF", "SR", "R"].filter((flags) => canBegin({ flags }))).toEqual([]);
    expect(canBegin({ flags: "S", payload: "x" })).toBe(false);
  });

  it("gives back the segments that it took, to the nanosecond and in their order", () => {
    const flows = new HalfOpenFlows();
    const flow = flows.begin(tcp(SYN), ABOUT);
    const more = [{ ...SYN, time: 99.999999999 }, ANSWER, { ...ANSWER, time: 101.75 }];
    for (const each of more) expect(flows.take(flow, tcp(each), each.from === CLIENT)).toBe(true);
    const seen: unknown[] = [];
    flows.replay(flow, (segment, fromSource) => {
      const { seconds, nanoseconds, sequence, acknowledgment, flags, window, options } = segment;
      seen.push({ seconds, nanoseconds, sequence, acknowledgment, flags, window, options });
      expect(fromSource).toBe((flags & 0x10) === 0);
    });
    expect(seen).toEqual(
      [SYN, ...more].map((each) => {
        const { seconds, nanoseconds, sequence, acknowledgment, flags, window, options } =
          tcp(each);
        return { seconds, nanoseconds, sequence, acknowledgment, flags, window, options };
      }),
    );
    expect(flows.about(flow)).toEqual({
      ...ABOUT,
      started: { seconds: 100, nanoseconds: 250_000_000 },
      interruptionsAtEnd: undefined,
    });
  });

  it.each<[string, SegmentDescription]>([
    ["the ACK that completes the handshake", fromClient({ flags: "A", acknowledgment: 10 })],
    ["a SYN with other options", { ...SYN, options: { mss: 1400 } }],
    ["an answer with another number, after the first", { ...ANSWER, sequence: 10 }],
    ["a RST", fromServer({ flags: "RA" })],
    ["a SYN with data", { ...SYN, payload: "x" }],
    ["a SYN of the other side", fromServer({ flags: "S" })],
  ])("does not take %s", (_name, description) => {
    const flows = new HalfOpenFlows();
    const flow = flows.begin(tcp(SYN), ABOUT);
    flows.take(flow, tcp(ANSWER), false);
    expect(flows.take(flow, tcp(description), description.from === CLIENT)).toBe(false);
  });

  it("takes a bounded number of repeats, and gives their memory back", () => {
    const flows = new HalfOpenFlows();
    const flow = flows.begin(tcp(SYN), ABOUT);
    const alone = flows.bytes;
    const taken = Array.from({ length: 100 }, () => flows.take(flow, tcp(SYN), true));
    expect(taken.filter((each) => each)).toHaveLength(MAX_EVENTS);
    expect(flows.bytes).toBeGreaterThan(alone);
    flows.release(flow);
    expect([flows.size, flows.bytes]).toEqual([0, 0]);
    expect(flows.begin(tcp(SYN), ABOUT)).toBe(flow);
    expect(flows.bytes).toBe(alone);
  });

  it("are the same flows in the end as if they had never been compact", () => {
    const segments = fc.array(
      fc.record({
        isClient: fc.boolean(),
        flags: fc.constantFrom("S", "S", "SA", "SA", "A", "R", "FA"),
        sequence: fc.constantFrom(1_000, 1_000, 1_001, 9_000),
        acknowledgment: fc.constantFrom(0, 1_001, 9_001),
        window: fc.constantFrom(0, 512),
        payload: fc.constantFrom("", "", "", "EHLO x\r\n"),
        time: fc.nat(100_000).map((tick) => 1_000 + tick / 1_000),
        options: fc.constantFrom({}, { mss: 1460, windowScale: 7, sackPermitted: true }),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(segments, (rest) => {
        const described = [SYN, ...rest.map(sided)];
        const table = new FlowTable();
        for (const each of described) table.see(tcp(each));
        const [first] = [...table.flows()];
        // A SYN that begins another connection is another test's matter.
        fc.pre(table.counts.flows === 1);
        expect(first?.record()).toEqual(ordinaryRecord(described));
      }),
      { numRuns: 400 },
    );
  });
});

interface Drawn extends SegmentDescription {
  readonly isClient: boolean;
}

function sided({ isClient, ...description }: Drawn): SegmentDescription {
  return isClient ? fromClient({ ...description, sequence: 0xfffffffe }) : fromServer(description);
}
