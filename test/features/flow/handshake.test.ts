import { beforeEach, describe, expect, it } from "vitest";
import { Handshake } from "../../../features/flow/handshake.ts";
import type { SegmentDescription } from "../../support/packet-builder.ts";
import { tcp } from "../../support/tcp-exchange.ts";

const ISN = 0xffffffff;

let handshake: Handshake;

beforeEach(() => {
  handshake = new Handshake();
});

function client(at: number, description: SegmentDescription = {}): void {
  handshake.see(tcp({ flags: "A", acknowledgment: 0, ...description }), at, true);
}

function synAck(at: number, sequence = ISN): void {
  handshake.see(tcp({ flags: "SA", sequence, acknowledgment: 1 }), at, false);
}

describe("Handshake", () => {
  it("takes the time from the SYN-ACK to the ACK, across the wrap of the sequence numbers", () => {
    synAck(20);
    client(45);
    expect(handshake.roundTrip).toBe(25);
  });

  it("begins with the last SYN-ACK before the ACK", () => {
    synAck(20);
    synAck(1_020);
    client(1_045);
    expect(handshake.roundTrip).toBe(25);
  });

  it("measures the ACK against the first SYN-ACK where a second one has another number", () => {
    synAck(20, 1_000);
    synAck(30, 500_000);
    client(45, { acknowledgment: 1_001 });
    expect(handshake.roundTrip).toBe(15);
  });

  it("is not changed by what comes after it", () => {
    synAck(20);
    client(45);
    synAck(50);
    client(90);
    expect(handshake.roundTrip).toBe(25);
  });

  it("takes data for the ACK where that was lost", () => {
    synAck(20);
    client(60, { flags: "PA", payload: "EHLO x\r\n", acknowledgment: 0 });
    expect(handshake.roundTrip).toBe(40);
  });

  it.each<[string, SegmentDescription]>([
    ["a repeated SYN", { flags: "S" }],
    ["a SYN with ACK", { flags: "SA" }],
    ["a reset", { flags: "RA" }],
    ["a segment without ACK", { flags: "P" }],
    ["an ACK that is not of the SYN-ACK", { acknowledgment: ISN }],
  ])("is not completed by %s", (_, description) => {
    synAck(20);
    client(45, description);
    expect(handshake.roundTrip).toBeNull();
    client(50);
    expect(handshake.roundTrip).toBe(30);
  });

  it("needs a SYN-ACK", () => {
    client(45);
    expect(handshake).toMatchObject({ isAnswered: false, roundTrip: null });
  });

  it("takes 0 where the clock ran backwards", () => {
    synAck(20);
    client(5);
    expect(handshake.roundTrip).toBe(0);
  });
});
