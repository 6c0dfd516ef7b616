import { describe, expect, it } from "vitest";
import type { Learner } from "../../training/learners/learner.ts";
import { runProgressively } from "../../training/progressive.ts";
import type { Table } from "../../training/table.ts";
import { memorising } from "./memorising-learner.ts";
import { mixture, tableFrom } from "./tables.ts";

const OPTIONS = { feedback: { kind: "immediate" }, seed: 1, retrainEvery: 10 } as const;

/** `memorising`, with the tables that it was given. */
function watched(): { readonly learner: Learner; readonly taught: Table[] } {
  const taught: Table[] = [];
  const fit: Learner["fit"] = (table, options) => {
    taught.push(table);
    return memorising.fit(table, options);
  };
  return { learner: { ...memorising, fit }, taught };
}

describe("runProgressively", () => {
  const table = mixture({ rows: 100, distance: 1 });

  it("never judges a mail by what it or a later one has taught", () => {
    const { learner, taught } = watched();
    const run = runProgressively(table, learner, OPTIONS);
    expect(run.rows).toEqual(Array.from({ length: 90 }, (_, i) => i + 10));
    expect(run.learnt).toEqual(run.rows);
    // Each value is there once, so a learner that knows only values is never sure of any.
    expect(new Set(run.probabilities)).toEqual(new Set([0.5]));
    expect(taught.map(({ rows }) => rows)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90]);
    taught.forEach(({ times, rows }) => {
      expect(Math.max(...times)).toBe(rows - 1);
    });
  });

  it("waits for a label as long as it is on its way", () => {
    const { learner, taught } = watched();
    const feedback = { kind: "delayed", mails: 30 } as const;
    const run = runProgressively(table, learner, { ...OPTIONS, feedback });
    expect(run.rows[0]).toBe(40);
    expect(run.learnt[0]).toBe(10);
    expect(taught[0]?.times).toEqual(Float64Array.from({ length: 10 }, (_, i) => i));
  });

  it("makes fewer models as the examples grow", () => {
    const { learner, taught } = watched();
    runProgressively(table, learner, { ...OPTIONS, growth: 2 });
    expect(taught.map(({ rows }) => rows)).toEqual([10, 20, 40, 80]);
  });

  it("learns what the teacher says, where it says something", () => {
    const { learner, taught } = watched();
    const teach = (row: number) => (row % 2 === 0 ? undefined : row % 4 === 1 ? 1 : 0);
    runProgressively(table, learner, { ...OPTIONS, teach });
    expect(taught[0]?.labels).toEqual(Uint8Array.of(1, 0, 1, 0, 1, 0, 1, 0, 1, 0));
    expect(taught[0]?.times[0]).toBe(1);
    expect(table).toEqual(mixture({ rows: 100, distance: 1 }));
  });

  it("keeps one model as it was, beside the one that goes on", () => {
    // Spam has the value 1 at first, and 0 from row 50 on.
    const labels = Array.from({ length: 100 }, (_, row) => row % 2);
    const turning = labels.map((label, row) => (row < 50 ? label : 1 - label));
    const changed = tableFrom({ a: turning }, labels);
    const run = runProgressively(changed, memorising, { ...OPTIONS, freezeAt: 30 });
    expect(run.frozen.slice(0, 20).every(Number.isNaN)).toBe(true);
    const last = run.rows.length - 1;
    // Row 99 is spam with the value 0.
    expect(run.frozen[last]).toBeCloseTo(1 / 17);
    expect(run.probabilities[last]).toBeGreaterThan(0.4);
  });

  it("makes no model of one class", () => {
    const labels = Array.from({ length: 40 }, (_, row) => +(row >= 25));
    const run = runProgressively(tableFrom({ a: labels }, labels), memorising, OPTIONS);
    expect(run.rows[0]).toBe(30);
    expect(run.trainings).toBe(1);
  });
});
