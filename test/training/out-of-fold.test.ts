import { describe, expect, it } from "vitest";
import type { Learner } from "../../training/learners/learner.ts";
import { areaUnderRoc } from "../../training/metrics/ranking.ts";
import { outOfFoldScores } from "../../training/out-of-fold.ts";
import type { Table } from "../../training/table.ts";
import { mailsOfSenders, memorising } from "./memorising-learner.ts";
import { mixture, tableFrom } from "./tables.ts";

const OPTIONS = { seed: 1 };

describe("outOfFoldScores", () => {
  it("judges each row once, never by a model that learnt from its block of time", () => {
    const table = mixture({ rows: 50, distance: 1 });
    const learnt: Table[] = [];
    const spy: Learner = {
      ...memorising,
      fit: (past, options) => {
        learnt.push(past);
        return memorising.fit(past, options);
      },
    };
    const { labels, probabilities } = outOfFoldScores(table, spy, OPTIONS);
    expect(labels).toEqual(table.labels);
    expect(probabilities).toHaveLength(50);
    expect(learnt).toHaveLength(5);
    learnt.forEach((past, block) => {
      const inside = [...past.times].filter((time) => Math.floor(time / 10) === block);
      expect(inside).toEqual([]);
      expect(past.rows).toBe(40);
    });
  });

  it("never by a model that learnt from its sender", () => {
    const table = mailsOfSenders(2000, 400);
    const blind = outOfFoldScores({ ...table, groups: undefined }, memorising, OPTIONS);
    expect(areaUnderRoc(blind)).toBeGreaterThan(0.95);
    expect(areaUnderRoc(outOfFoldScores(table, memorising, OPTIONS))).toBe(0.5);
  });

  it("leaves out blocks for which one class alone is left to learn from", () => {
    const labels = Array.from({ length: 50 }, (_, row) => +(row < 10));
    const { labels: judged } = outOfFoldScores(
      tableFrom({ a: labels }, labels),
      memorising,
      OPTIONS,
    );
    expect(judged).toHaveLength(40);
  });
});
