import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DelayQueue } from "../../../src/demo/delay-queue.ts";

function drain<Item>(queue: DelayQueue<Item>, nowMs = Infinity): Item[] {
  const items: Item[] = [];
  for (let item = queue.popDue(nowMs); item !== undefined; item = queue.popDue(nowMs)) {
    items.push(item);
  }
  return items;
}

describe("DelayQueue", () => {
  it("gives items in the order in which they are due, equals in the order of their coming", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (dues) => {
        const queue = new DelayQueue<{ due: number; index: number }>(1_000);
        const items = dues.map((due, index) => ({ due, index }));
        for (const item of items) queue.push(item.due, item);
        const sorted = items.toSorted((left, right) => left.due - right.due);
        expect(drain(queue)).toEqual(sorted);
        expect(queue.size).toBe(0);
      }),
    );
  });

  it("gives only what is due", () => {
    const queue = new DelayQueue<string>(10);
    queue.push(30, "late");
    queue.push(10, "early");
    expect(queue.nextDueMs).toBe(10);
    expect(drain(queue, 29.9)).toEqual(["early"]);
    expect(queue.nextDueMs).toBe(30);
  });

  it("has no next item when it is empty", () => {
    const queue = new DelayQueue<string>(10);
    expect(queue.nextDueMs).toBeUndefined();
    expect(queue.popDue(1)).toBeUndefined();
  });

  it("refuses more than its capacity, until something has gone", () => {
    const queue = new DelayQueue<number>(2);
    expect([queue.push(1, 1), queue.push(2, 2), queue.push(3, 3)]).toEqual([true, true, false]);
    queue.popDue(1);
    expect(queue.push(3, 3)).toBe(true);
    expect(drain(queue)).toEqual([2, 3]);
  });
});
