import { describe, expect, it } from "vitest";
import {
  DEFAULT_HALF_OPEN_SECONDS,
  DONE,
  EvictionLists,
  OPEN,
  UNPROVEN,
} from "../../../features/flow/eviction-lists.ts";
import type { FlowAges } from "../../../features/flow/eviction-lists.ts";
import { NO_SLOT } from "../../../features/flow/slot-chains.ts";

/** The flow that is old at `seconds` where each slot's age counts from the second of its number. */
function oldAt(lists: EvictionLists, seconds: number): unknown {
  return lists.firstOld({ seconds, nanoseconds: 0 }, (slot) => ({ seconds: slot, nanoseconds: 0 }));
}

describe("EvictionLists.first", () => {
  it("is the oldest unproven flow, then the oldest closed one, then the open one silent longest", () => {
    const lists = new EvictionLists({});
    lists.append(OPEN, 1);
    lists.append(OPEN, 2);
    lists.append(DONE, 3);
    lists.append(UNPROVEN, 4);
    lists.append(UNPROVEN, 5);
    lists.append(OPEN, 1);
    const order: number[] = [];
    for (let slot = lists.first(); slot !== NO_SLOT; slot = lists.first()) {
      order.push(slot);
      lists.remove(slot);
    }
    expect(order).toEqual([4, 5, 3, 2, 1]);
  });

  it("has a slot in one list only", () => {
    const lists = new EvictionLists({});
    lists.append(UNPROVEN, 1);
    lists.append(OPEN, 1);
    lists.remove(1);
    expect(lists.first()).toBe(NO_SLOT);
  });
});

describe("EvictionLists.firstOld", () => {
  it.each<[string, FlowAges, number, unknown]>([
    ["none before its age", { idleSeconds: 300 }, 309, undefined],
    ["an open one at its age", { idleSeconds: 300 }, 310, { slot: 10, reason: "idle" }],
    ["none where its age is not set", { lingerSeconds: 1 }, 9_999, undefined],
  ])("is %s", (_name, ages, seconds, expected) => {
    const lists = new EvictionLists(ages);
    lists.append(OPEN, 10);
    expect(oldAt(lists, seconds)).toEqual(expected);
  });

  it("gives half-open flows an age as soon as others have one", () => {
    const lists = new EvictionLists({ idleSeconds: 3_600 });
    lists.append(UNPROVEN, 10);
    const age = 10 + DEFAULT_HALF_OPEN_SECONDS;
    expect(oldAt(lists, age - 1)).toBeUndefined();
    expect(oldAt(lists, age)).toEqual({ slot: 10, reason: "half-open" });
    const ageless = new EvictionLists({});
    ageless.append(UNPROVEN, 10);
    expect(oldAt(ageless, 1e9)).toBeUndefined();
  });
});

describe("EvictionLists.isDue", () => {
  it("is true once in a second of the capture, and never without ages", () => {
    const lists = new EvictionLists({ idleSeconds: 1 });
    const due = [5, 5, 6, 6, 4, 6].map((seconds) => lists.isDue({ seconds, nanoseconds: 1 }));
    expect(due).toEqual([true, false, true, false, true, true]);
    expect(new EvictionLists({}).isDue({ seconds: 5, nanoseconds: 0 })).toBe(false);
  });
});
