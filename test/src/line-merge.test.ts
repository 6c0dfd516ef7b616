import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineMerge } from "../../src/line-merge.ts";

interface Item {
  readonly frame: number;
  readonly firstFrame: number;
}

function batchOf(items: readonly Item[]) {
  return {
    lines: items.map(({ frame, firstFrame }) => `${frame}/${firstFrame}`),
    frames: Float64Array.from(items, ({ frame }) => frame),
    firstFrames: Float64Array.from(items, ({ firstFrame }) => firstFrame),
  };
}

const inOrder = (one: Item, other: Item): number =>
  one.frame === other.frame ? one.firstFrame - other.firstFrame : one.frame - other.frame;

describe("LineMerge", () => {
  it("gives out a line as soon as no source can come with an earlier one", () => {
    const taken: string[] = [];
    const merge = new LineMerge(
      2,
      (line) => taken.push(line),
      () => undefined,
    );
    merge.add(0, batchOf([{ frame: 5, firstFrame: 1 }]));
    expect(taken).toEqual([]);
    merge.add(
      1,
      batchOf([
        { frame: 3, firstFrame: 2 },
        { frame: Infinity, firstFrame: 4 },
      ]),
    );
    expect(taken).toEqual(["3/2", "5/1"]);
    merge.end(0);
    expect(taken).toEqual(["3/2", "5/1", "Infinity/4"]);
  });

  it("is in order whatever part each source has and however it comes in batches", () => {
    const item = fc.record({
      source: fc.nat(2),
      frame: fc.oneof(fc.nat(20), fc.constant(Infinity)),
      batch: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 60 }), (drawn) => {
        const items = drawn.map((each, firstFrame) => ({ ...each, firstFrame })).sort(inOrder);
        const taken: string[] = [];
        let read = 0;
        let sent = 0;
        const merge = new LineMerge(
          3,
          (line) => taken.push(line),
          () => (read += 1),
        );
        for (const source of [0, 1, 2]) {
          const own = items.filter((each) => each.source === source);
          while (own.length > 0) {
            merge.add(source, batchOf(own.splice(0, own[0]?.batch ?? 1)));
            sent += 1;
          }
          merge.end(source);
        }
        expect(taken).toEqual(items.map(({ frame, firstFrame }) => `${frame}/${firstFrame}`));
        expect(read).toBe(sent);
      }),
    );
  });
});
