import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NO_SLOT } from "../../../features/flow/slot-chains.ts";
import { SlotLists } from "../../../features/flow/slot-lists.ts";

/** Empties a list from its head. */
function drained(lists: SlotLists, list: number): number[] {
  const slots: number[] = [];
  for (let slot = lists.first(list); slot !== NO_SLOT; slot = lists.first(list)) {
    slots.push(slot);
    lists.remove(slot);
  }
  return slots;
}

describe("SlotLists", () => {
  it("begins empty", () => {
    expect(new SlotLists(2).first(1)).toBe(NO_SLOT);
  });

  it("has first what was appended first", () => {
    const lists = new SlotLists(2);
    for (const slot of [4, 0, 9]) lists.append(0, slot);
    expect(drained(lists, 0)).toEqual([4, 0, 9]);
  });

  it("removes from anywhere, and from no list without effect", () => {
    const lists = new SlotLists(2);
    for (const slot of [1, 2, 3]) lists.append(0, slot);
    for (const slot of [2, 2, 7]) lists.remove(slot);
    expect(drained(lists, 0)).toEqual([1, 3]);
  });

  it("keeps its lists apart, and slots that it has to grow for", () => {
    const lists = new SlotLists(2);
    lists.append(0, 5);
    lists.append(1, 100_000);
    lists.append(0, 3_000);
    expect(drained(lists, 0)).toEqual([5, 3_000]);
    expect(drained(lists, 1)).toEqual([100_000]);
  });

  it("agrees with plain arrays", () => {
    const step = fc.record({ slot: fc.nat(2_000), list: fc.nat(2), isIn: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const lists = new SlotLists(3);
        let model: readonly (readonly number[])[] = [[], [], []];
        for (const { slot, list, isIn } of steps) {
          lists.remove(slot);
          model = model.map((slots) => slots.filter((each) => each !== slot));
          if (!isIn) continue;
          lists.append(list, slot);
          model = model.map((slots, index) => (index === list ? [...slots, slot] : slots));
        }
        expect([0, 1, 2].map((list) => drained(lists, list))).toEqual(model);
      }),
    );
  });
});
