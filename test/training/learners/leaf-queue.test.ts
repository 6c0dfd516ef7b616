import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LeafQueue } from "../../../training/learners/leaf-queue.ts";

describe("LeafQueue", () => {
  it("gives back the greatest gain first, whatever was put in between", () => {
    const steps = fc.array(fc.option(fc.double({ noNaN: true, min: 0, max: 10 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, (gains) => {
        const queue = new LeafQueue();
        const held: number[] = [];
        for (const gain of gains) {
          if (gain === null) {
            const greatest = held.length === 0 ? undefined : Math.max(...held);
            expect(queue.pop()?.gain).toBe(greatest);
            if (greatest !== undefined) held.splice(held.indexOf(greatest), 1);
          } else {
            queue.push({ gain });
            held.push(gain);
          }
        }
      }),
    );
  });

  it("has nothing to give when it is empty", () => {
    expect(new LeafQueue().pop()).toBeUndefined();
  });
});
