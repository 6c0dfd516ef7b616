import { describe, expect, it } from "vitest";
import { binRows } from "../../../training/learners/binned-rows.ts";
import { BOOSTING } from "../../../training/learners/boosting.ts";
import { roundsByTail } from "../../../training/learners/early-stopping.ts";
import { mixture, tableFrom } from "../tables.ts";

const rowsOf = (rows: number, distance: number) => binRows(mixture({ rows, distance }), undefined);

describe("roundsByTail", () => {
  it("stops early where there is nothing to learn, and later where there is", () => {
    const nothing = roundsByTail(rowsOf(4000, 0), BOOSTING, 1);
    const something = roundsByTail(rowsOf(4000, 2), BOOSTING, 1);
    expect(nothing).toBeLessThan(10);
    expect(something).toBeGreaterThan(20);
    expect(something).toBeLessThan(BOOSTING.rounds);
  });

  it("stops where the newest rows contradict the older ones", () => {
    const labels = Array.from({ length: 1000 }, (_, row) => row % 2);
    const turned = labels.map((label, row) => (row < 850 ? label : 1 - label));
    expect(roundsByTail(binRows(tableFrom({ a: labels }, turned), undefined), BOOSTING, 1)).toBe(1);
    expect(roundsByTail(binRows(tableFrom({ a: labels }, labels), undefined), BOOSTING, 1)).toBe(
      BOOSTING.rounds,
    );
  });

  it("takes all rounds where the tail is too small to tell", () => {
    expect(roundsByTail(rowsOf(100, 0), BOOSTING, 1)).toBe(BOOSTING.rounds);
  });
});
