import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  sequenceDistance,
  sequenceNumber,
  streamPosition,
} from "../../../features/flow/sequence.ts";

describe("sequenceDistance", () => {
  it.each([
    ["forward", 10, 25, 15],
    ["back", 25, 10, -15],
    ["forward across the wrap", 0xfffffff0, 0x10, 0x20],
    ["back across the wrap", 0x10, 0xfffffff0, -0x20],
    ["nowhere", 0xffffffff, 0xffffffff, 0],
  ])("counts %s", (_, from, to, distance) => {
    expect(sequenceDistance(sequenceNumber(from), sequenceNumber(to))).toBe(distance);
  });
});

describe("streamPosition", () => {
  it.each([
    { what: "the origin", origin: 0xfffffff0, near: 0, sequence: 0xfffffff0, position: 0 },
    { what: "a number behind the wrap", origin: 0xfffffff0, near: 0, sequence: 16, position: 32 },
    {
      what: "a number before the origin",
      origin: 16,
      near: 0,
      sequence: 0xfffffff0,
      position: -32,
    },
    {
      what: "a second time round",
      origin: 16,
      near: 2 ** 33,
      sequence: 32,
      position: 2 ** 33 + 16,
    },
  ])("places $what", ({ origin, near, sequence, position }) => {
    expect(streamPosition(sequenceNumber(origin), near, sequenceNumber(sequence))).toBe(position);
  });

  it("finds every position again that is less than 2^31 from the place it is looked for", () => {
    const positions = fc.integer({ min: 0, max: 2 ** 40 });
    const offsets = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    fc.assert(
      fc.property(fc.nat(0xffffffff), positions, offsets, (origin, near, offset) => {
        const position = near + offset;
        const sequence = sequenceNumber((origin + position) % 2 ** 32);
        expect(streamPosition(sequenceNumber(origin), near, sequence)).toBe(position);
      }),
    );
  });
});
