import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NO_SLOT, SlotChains } from "../../../features/flow/slot-chains.ts";

function slotsUnder(chains: SlotChains, hash: number): number[] {
  const slots: number[] = [];
  for (let slot = chains.first(hash); slot !== NO_SLOT; slot = chains.next(slot)) slots.push(slot);
  return slots.toSorted((one, other) => one - other);
}

describe("SlotChains", () => {
  it("finds nothing under a hash that nothing was put in under", () => {
    expect(new SlotChains().first(5)).toBe(NO_SLOT);
  });

  it("keeps apart hashes that fall into the same bucket", () => {
    const chains = new SlotChains();
    chains.insert(0, 5);
    chains.insert(1, 5 + 2 ** 20);
    chains.insert(2, 5);
    expect(slotsUnder(chains, 5)).toEqual([0, 2]);
    expect(slotsUnder(chains, 5 + 2 ** 20)).toEqual([1]);
  });

  it("takes out slots from anywhere in a chain, and bears the same twice", () => {
    const chains = new SlotChains();
    for (const slot of [0, 1, 2, 3]) chains.insert(slot, -7);
    for (const slot of [1, 3, 0, 0]) chains.remove(slot);
    expect(slotsUnder(chains, -7)).toEqual([2]);
  });

  it("finds all again after it has grown", () => {
    const chains = new SlotChains();
    for (let slot = 0; slot < 10_000; slot++) chains.insert(slot, slot % 1_000);
    expect(slotsUnder(chains, 123)).toEqual([
      123, 1_123, 2_123, 3_123, 4_123, 5_123, 6_123, 7_123, 8_123, 9_123,
    ]);
  });

  it("agrees with a plain map", () => {
    const step = fc.record({
      slot: fc.nat(3_000),
      hash: fc.integer({ min: -4, max: 4 }),
      isIn: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const chains = new SlotChains();
        const hashes = new Map<number, number>();
        for (const { slot, hash, isIn } of steps) {
          if (hashes.has(slot)) chains.remove(slot);
          hashes.delete(slot);
          if (!isIn) continue;
          chains.insert(slot, hash);
          hashes.set(slot, hash);
        }
        for (let hash = -4; hash <= 4; hash++) {
          const expected = [...hashes].filter(([, each]) => each === hash).map(([slot]) => slot);
          expect(slotsUnder(chains, hash)).toEqual(expected.toSorted((one, other) => one - other));
        }
      }),
    );
  });
});
