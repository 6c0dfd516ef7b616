import { beforeEach, describe, expect, it } from "vitest";
import { SentStream } from "../../../features/flow/sent-stream.ts";
import { MAX_INTERVALS } from "../../../features/flow/sequence-set.ts";
import type { SegmentDescription } from "../../support/packet-builder.ts";
import { tcp } from "../../support/tcp-exchange.ts";

/** Sequence number of the SYN, so near the wrap that the first data crosses it. */
const START = 0xfffffff0;

let stream: SentStream;
let clock: number;

beforeEach(() => {
  stream = new SentStream();
  stream.begin(START);
  clock = 0;
});

/** Sends `length` bytes from the position `position` on. */
function send(
  position: number,
  length: number,
  description: SegmentDescription & { readonly peerIsClosed?: boolean } = {},
): void {
  const sequence = (START + position) >>> 0;
  clock += 10;
  const segment = tcp({ flags: "A", sequence, payload: "x".repeat(length), ...description });
  stream.take(segment, clock, description.peerIsClosed ?? false);
}

function acknowledge(position: number): void {
  clock += 5;
  stream.acknowledge((START + position) >>> 0, clock);
}

/** The three counts that tell what became of each segment. */
function counts(): readonly [retransmissions: number, outOfOrder: number, probes: number] {
  return [stream.retransmissions, stream.outOfOrder, stream.zeroWindowProbes];
}

describe("retransmissions", () => {
  it("are none where every segment brings the next bytes, across the wrap too", () => {
    send(0, 0, { flags: "S" });
    for (let each = 0; each < 10; each++) send(1 + 100 * each, 100);
    expect(counts()).toEqual([0, 0, 0]);
    expect(stream).toMatchObject({ payloadBytes: 1_000, uniqueBytes: 1_000 });
  });

  it("are segments that were seen before, wholly or in part", () => {
    send(0, 100);
    send(100, 100);
    send(0, 100);
    send(150, 100);
    expect(counts()).toEqual([2, 0, 0]);
    expect(stream).toMatchObject({ payloadBytes: 400, uniqueBytes: 250 });
  });

  it.each(["S", "F"])("count a repeated segment with flag %s and no payload", (flags) => {
    send(0, 0, { flags });
    send(0, 0, { flags });
    expect(counts()).toEqual([1, 0, 0]);
    expect(stream.uniqueBytes).toBe(0);
  });

  it("count a keep-alive that carries an old byte, and none without data", () => {
    send(0, 100);
    send(99, 1);
    send(99, 0);
    expect(counts()).toEqual([1, 0, 0]);
  });

  it("do not count a bare ACK, wherever it lies", () => {
    send(0, 100);
    send(100, 0);
    send(40, 0);
    expect(counts()).toEqual([0, 0, 0]);
  });

  it("are told from first appearances below the highest byte seen", () => {
    send(0, 100);
    send(200, 100);
    send(100, 100);
    send(100, 100);
    expect(counts()).toEqual([1, 1, 0]);
    expect(stream.uniqueBytes).toBe(300);
  });

  it("are counted once for a repeat that also fills a hole", () => {
    send(0, 100);
    send(200, 100);
    send(50, 200);
    expect(counts()).toEqual([1, 0, 0]);
    expect(stream.uniqueBytes).toBe(300);
  });
});

describe("out of order", () => {
  it("are segments that fill a hole, as far as the wrap and beyond", () => {
    send(0, 10);
    send(30, 10);
    send(20, 10);
    send(10, 10);
    expect(counts()).toEqual([0, 2, 0]);
  });

  it("is not the segment behind a hole, nor the one that ends at the highest byte", () => {
    send(0, 10);
    send(50, 10);
    expect(counts()).toEqual([0, 0, 0]);
  });

  it("needs something that was seen first: bare ACKs do not count", () => {
    send(100, 0);
    send(0, 50);
    expect(counts()).toEqual([0, 0, 0]);
  });
});

describe("zero-window probes", () => {
  it("are neither retransmissions nor remembered as seen", () => {
    send(0, 100);
    send(100, 1, { peerIsClosed: true });
    send(100, 1, { peerIsClosed: true });
    send(100, 50);
    expect(counts()).toEqual([0, 0, 2]);
    expect(stream).toMatchObject({ payloadBytes: 152, uniqueBytes: 150 });
  });

  it("raise the highest byte seen", () => {
    send(0, 100);
    send(150, 10, { peerIsClosed: true });
    send(100, 50);
    expect(counts()).toEqual([0, 1, 1]);
  });

  it.each([
    ["right behind what was seen", 100, 60],
    ["behind a hole", 120, 40],
  ])("do not put out of order what ends where they end, %s", (_, position, length) => {
    send(0, 100);
    send(150, 10, { peerIsClosed: true });
    send(position, length);
    expect(counts()).toEqual([0, 0, 1]);
  });

  it("need sequence numbers: a bare ACK is none, and a SYN never is", () => {
    send(0, 0, { flags: "S", peerIsClosed: true });
    send(1, 0, { peerIsClosed: true });
    expect(counts()).toEqual([0, 0, 0]);
  });

  it("bring new payload once", () => {
    send(0, 100);
    send(100, 1, { peerIsClosed: true });
    expect(stream.broughtNewPayload).toBe(true);
    send(100, 1, { peerIsClosed: true });
    expect(stream.broughtNewPayload).toBe(false);
    send(100, 1);
    expect(stream.broughtNewPayload).toBe(false);
    send(101, 1);
    expect(stream.broughtNewPayload).toBe(true);
  });

  it("give no round-trip sample", () => {
    send(0, 100, { peerIsClosed: true });
    acknowledge(100);
    expect(stream.roundTripMoments().count).toBe(0);
  });
});

describe("new payload", () => {
  it.each<[string, SegmentDescription, boolean]>([
    ["data", { payload: "QUIT\r\n" }, true],
    ["data with FIN", { flags: "FA", payload: "QUIT\r\n" }, true],
    ["data in a SYN", { flags: "S", payload: "EHLO x\r\n" }, true],
    ["a SYN", { flags: "S" }, false],
    ["a FIN", { flags: "FA" }, false],
    ["a bare ACK", {}, false],
    ["the text in a RST", { flags: "RA", payload: "go away" }, false],
  ])("from %s", (_, description, brought) => {
    send(0, 0, description);
    expect(stream.broughtNewPayload).toBe(brought);
  });

  it("comes with a repeat that has more at its end, and not with one that has not", () => {
    send(0, 100);
    send(0, 100);
    expect(stream.broughtNewPayload).toBe(false);
    send(0, 101);
    expect(stream.broughtNewPayload).toBe(true);
  });

  it("does not come with a repeat that adds a FIN alone", () => {
    send(0, 100);
    send(0, 100, { flags: "FA" });
    expect(stream.broughtNewPayload).toBe(false);
  });
});

describe("round trips of SentStream", () => {
  it("are those of SYN, data and FIN", () => {
    send(0, 0, { flags: "SA" });
    acknowledge(1);
    send(1, 100);
    acknowledge(101);
    send(101, 0, { flags: "FA" });
    acknowledge(102);
    expect(stream.roundTripMoments()).toEqual({ count: 3, mean: 5, m2: 0 });
  });

  it("are none of what was sent twice, and one of the part that the second sending added", () => {
    send(0, 100);
    send(0, 150);
    acknowledge(100);
    acknowledge(150);
    expect(stream.roundTripMoments()).toEqual({ count: 1, mean: 10, m2: 0 });
  });

  it("end when they are not wanted", () => {
    send(0, 100);
    acknowledge(100);
    stream.stopRoundTrips();
    send(100, 100);
    acknowledge(200);
    expect(stream.roundTripMoments().count).toBe(0);
  });
});

describe("isCaptured", () => {
  it("holds while all that was acknowledged was seen", () => {
    send(0, 0, { flags: "S" });
    send(1, 100);
    acknowledge(101);
    expect(stream.isCaptured(0)).toBe(true);
  });

  it("fails once a byte is acknowledged that was not, and holds again when it comes late", () => {
    send(0, 100);
    send(200, 100);
    acknowledge(100);
    expect(stream.isCaptured(0)).toBe(true);
    acknowledge(101);
    expect(stream.isCaptured(0)).toBe(false);
    send(100, 100);
    expect(stream.isCaptured(0)).toBe(true);
  });

  it("counts the bytes of a zero-window probe that the other side took", () => {
    send(0, 100);
    send(100, 1, { peerIsClosed: true });
    send(101, 50);
    acknowledge(151);
    expect(stream.isCaptured(0)).toBe(true);
  });

  it("fails where so many holes were open that some had to be taken for seen", () => {
    for (let each = 0; each <= MAX_INTERVALS; each++) send(2 * each, 1);
    acknowledge(1);
    expect(stream.isCaptured(0)).toBe(false);
  });
});
