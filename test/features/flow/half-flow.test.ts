import { beforeEach, describe, expect, it } from "vitest";
import { HalfFlow } from "../../../features/flow/half-flow.ts";
import type { SegmentDescription } from "../../support/packet-builder.ts";
import { tcp } from "../../support/tcp-exchange.ts";

let half: HalfFlow;
let peer: HalfFlow;

beforeEach(() => {
  half = new HalfFlow();
  peer = new HalfFlow();
});

function send(description: SegmentDescription, at = 0): void {
  half.see(tcp(description), at, peer);
}

function peerSends(description: SegmentDescription): void {
  peer.see(tcp(description), 0, half);
}

describe("HalfFlow", () => {
  it("has counts of 0 and nothing else before its first segment", () => {
    expect(half.record(peer)).toMatchObject({
      packets: 0,
      retransmissions: 0,
      minWindowUnscaled: null,
      windowShift: null,
      gaps: { count: 0 },
      maxGapNanoseconds: null,
      maximumSegmentSize: null,
      sackPermitted: null,
      hopLimit: null,
    });
  });

  it("counts segments by their flags, repeats included", () => {
    for (const flags of ["S", "S", "A", "FA", "FA", "R", "RA"]) send({ flags });
    expect(half.record(peer)).toMatchObject({ packets: 7, syns: 2, fins: 2, resets: 2 });
  });

  it("keeps the options of the first SYN and the hop limit of the first segment", () => {
    send({ flags: "S", hopLimit: 52, options: { mss: 1400, sackPermitted: true } });
    send({ flags: "S", hopLimit: 60, options: { mss: 536 } });
    expect(half.record(peer)).toMatchObject({
      maximumSegmentSize: 1400,
      sackPermitted: true,
      timestamps: false,
      hopLimit: 52,
    });
  });

  it.each<[string, SegmentDescription, boolean]>([
    ["a SYN with another sequence number", { flags: "S", sequence: 9 }, true],
    ["the SYN again", { flags: "S", sequence: 7 }, false],
    ["an answer with another sequence number", { flags: "SA", sequence: 9 }, false],
    ["anything but a SYN", { flags: "A", sequence: 9 }, false],
  ])("is begun anew by %s: %o → %s", (_, description, isNew) => {
    expect(half.isNewConnection(tcp(description))).toBe(false);
    send({ flags: "S", sequence: 7 });
    expect(half.isNewConnection(tcp(description))).toBe(isNew);
  });
});

describe("windows", () => {
  it("are smallest among segments with ACK, without SYN and RST", () => {
    send({ flags: "S", window: 1 });
    send({ flags: "SA", window: 2 });
    send({ flags: "RA", window: 3 });
    send({ flags: "P", window: 4 });
    expect(half.record(peer).minWindowUnscaled).toBeNull();
    send({ flags: "A", window: 500 });
    send({ flags: "FA", window: 400 });
    send({ flags: "A", window: 600 });
    expect(half.record(peer).minWindowUnscaled).toBe(400);
  });

  it("are zero in segments without SYN, FIN and RST", () => {
    for (const flags of ["S", "SA", "FA", "R", "RA"]) send({ flags, window: 0 });
    expect(half.record(peer).zeroWindows).toBe(0);
    send({ flags: "A", window: 0 });
    send({ flags: "PA", window: 0, payload: "x" });
    expect(half.record(peer).zeroWindows).toBe(2);
  });

  it("are shifted as both SYNs agreed", () => {
    send({ flags: "S", options: { windowScale: 7 } });
    expect(half.record(peer).windowShift).toBeNull();
    peerSends({ flags: "SA", options: { windowScale: 2 } });
    expect(half.record(peer).windowShift).toBe(7);
    expect(peer.record(half).windowShift).toBe(2);
  });
});

describe("zero-window probes of HalfFlow", () => {
  function probesAfter(...peerSegments: readonly SegmentDescription[]): number {
    send({ sequence: 0, payload: "abc" });
    for (const segment of peerSegments) peerSends(segment);
    send({ sequence: 3, payload: "d" });
    return half.record(peer).zeroWindowProbes;
  }

  it("are segments sent while the other side's last window was 0", () => {
    expect(probesAfter({ window: 100 }, { window: 0 })).toBe(1);
  });

  it.each<[string, readonly SegmentDescription[]]>([
    ["nothing was heard of the other side", []],
    ["its window has opened again", [{ window: 0 }, { window: 100 }]],
    ["a reset had a window of 0", [{ window: 100 }, { flags: "R", window: 0 }]],
  ])("are none where %s", (_, segments) => {
    expect(probesAfter(...segments)).toBe(0);
  });

  it("follow a segment with neither ACK nor SYN, which closes the window", () => {
    expect(probesAfter({ window: 100 }, { flags: "F", window: 100 })).toBe(1);
  });
});

describe("gaps", () => {
  it("are absent of one segment", () => {
    send({}, 5);
    expect(half.record(peer)).toMatchObject({ gaps: { count: 0 }, maxGapNanoseconds: null });
  });

  it("lie between successive segments, whatever those are", () => {
    for (const at of [0, 10, 40, 60]) send({}, at);
    expect(half.record(peer)).toMatchObject({
      gaps: { count: 3, mean: 20, m2: 200 },
      maxGapNanoseconds: 30,
    });
  });

  it("are 0 where the clock ran backwards, and then counted from there", () => {
    for (const at of [1_000, 400, 450]) send({}, at);
    expect(half.record(peer)).toMatchObject({
      gaps: { count: 2, mean: 25 },
      maxGapNanoseconds: 50,
    });
  });
});

describe("what was captured of HalfFlow", () => {
  it("needs the SYN", () => {
    send({ sequence: 10, payload: "abc" });
    half.acknowledge(13, 0);
    expect(half.isWhole).toBe(false);
    expect(half.payloadStart).toBeUndefined();
  });

  it("is all where every acknowledged number was seen since the SYN", () => {
    send({ flags: "S", sequence: 10 });
    send({ sequence: 11, payload: "abc" });
    half.acknowledge(14, 0);
    expect(half.isWhole).toBe(true);
    half.acknowledge(15, 0);
    expect(half.isWhole).toBe(false);
  });

  it("ignores acknowledgments before the first segment", () => {
    half.acknowledge(12_345, 0);
    send({ flags: "S", sequence: 10 });
    expect(half.isWhole).toBe(true);
  });

  it("says when the FIN was acknowledged", () => {
    send({ flags: "S", sequence: 10 });
    send({ flags: "FA", sequence: 11, payload: "abc" });
    half.acknowledge(14, 0);
    expect(half.isFinAcknowledged).toBe(false);
    half.acknowledge(15, 0);
    expect(half.isFinAcknowledged).toBe(true);
  });
});

describe("the segmentation of a side's data", () => {
  const carry = (length: number, fullPayload: number, flags = "A"): void => {
    half.countData(tcp({ flags, payload: "x".repeat(length) }), fullPayload);
  };

  it("is the same whether a network card merged segments or not", () => {
    for (const length of [1000, 1000, 1000, 300]) carry(length, 1000);
    const apart = half.record(peer).pieces;
    half = new HalfFlow();
    carry(3300, 1000);
    expect(half.record(peer).pieces).toEqual(apart);
    expect(apart).toEqual({ count: 4, full: 3, squares: 3 * 1000 ** 2 + 300 ** 2 });
  });

  it("keeps the first length, the number of segments, and of those with PSH", () => {
    carry(20, 0);
    carry(1000, 0, "PA");
    carry(30, 0, "PA");
    expect(half.record(peer)).toMatchObject({
      firstDataBytes: 20,
      dataPackets: 3,
      pushes: 2,
      pieces: { count: 0, full: 0, squares: 0 },
    });
  });

  it("has no first length without data", () => {
    send({ flags: "A" });
    expect(half.record(peer)).toMatchObject({ firstDataBytes: null, dataPackets: 0 });
  });
});

describe("duplicate acknowledgments", () => {
  it("are not what answers a keep-alive of the other side", () => {
    const ack = { flags: "A", sequence: 1, acknowledgment: 3, window: 100 } as const;
    send({ flags: "S", sequence: 0, window: 100 });
    peerSends({ flags: "S", sequence: 0 });
    peerSends({ sequence: 1, payload: "12" });
    send(ack);
    peerSends({ sequence: 2, payload: "" });
    send(ack);
    expect(half.record(peer).duplicateAcknowledgments).toBe(0);
    peerSends({ sequence: 3 });
    send(ack);
    expect(half.record(peer).duplicateAcknowledgments).toBe(1);
  });

  const ACK = { flags: "A", sequence: 1, acknowledgment: 500, window: 100 } as const;

  it.each<[string, SegmentDescription, number]>([
    ["the same again", {}, 1],
    ["another window", { window: 200 }, 0],
    ["another acknowledgment", { acknowledgment: 501 }, 0],
    ["a closed window", { window: 0 }, 0],
    ["data", { payload: "x" }, 0],
    ["a FIN", { flags: "FA" }, 0],
    ["a keep-alive, which lies before what was sent", { sequence: 0 }, 0],
  ])("%s: %o counts %i", (_name, change, count) => {
    send({ flags: "S", sequence: 0, window: 100 });
    send(ACK);
    send({ ...ACK, ...change });
    expect(half.record(peer).duplicateAcknowledgments).toBe(count);
  });
});
