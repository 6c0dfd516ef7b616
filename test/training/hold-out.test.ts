import { describe, expect, it } from "vitest";
import { HELD_OUT_SHARE, holdOut, holdOutSenders } from "../../training/hold-out.ts";
import { areaUnderRoc } from "../../training/metrics/ranking.ts";
import { mailsOfSenders, memorising } from "./memorising-learner.ts";
import { mixture } from "./tables.ts";

const OPTIONS = { seed: 1 };

describe("holdOut", () => {
  it("judges the newest rows, in their order, by what the others taught", () => {
    const table = mailsOfSenders(100, 20);
    const { learnt, judged, scored, reason } = holdOut(table, memorising, OPTIONS);
    expect(reason).toBeNull();
    expect(judged.rows).toBe(Math.round(100 * HELD_OUT_SHARE));
    expect(Math.max(...learnt.times)).toBeLessThan(Math.min(...judged.times));
    expect(scored.labels).toEqual(table.labels.subarray(70));
    expect(scored.probabilities).toHaveLength(30);
  });
});

describe("holdOutSenders", () => {
  const table = mailsOfSenders(2000, 400);
  const heldOut = holdOut(table, memorising, OPTIONS);

  it("judges the same rows without having learnt from their senders", () => {
    const others = holdOutSenders(heldOut, memorising, OPTIONS);
    if (typeof others === "string") throw new Error(others);
    const known = new Set(others.judged.groups);
    expect([...(others.learnt.groups ?? [])].filter((sender) => known.has(sender))).toEqual([]);
    expect(others.judged).toBe(heldOut.judged);
    expect(others.learnt.rows).toBeGreaterThan(100);
  });

  it("shows as luck what was nothing but a leak by sender", () => {
    const others = holdOutSenders(heldOut, memorising, OPTIONS);
    if (typeof others === "string") throw new Error(others);
    expect(areaUnderRoc(heldOut.scored)).toBeGreaterThan(0.95);
    expect(areaUnderRoc(others.scored)).toBe(0.5);
  });

  it("says why not where senders are not known, or none are left", () => {
    const anonymous = holdOut(mixture({ rows: 100, distance: 1 }), memorising, OPTIONS);
    expect(holdOutSenders(anonymous, memorising, OPTIONS)).toMatch(/senders .* are not known/);
    const one = holdOut(mailsOfSenders(100, 3), memorising, OPTIONS);
    expect(holdOutSenders(one, memorising, OPTIONS)).toMatch(
      /^of senders that are not among the judged, the earlier 0 examples/,
    );
  });
});
