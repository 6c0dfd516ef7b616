import { describe, expect, it } from "vitest";
import { learnerNamed } from "../../training/learners/all-learners.ts";
import { PROGRESSIVE_ROWS, progressiveFigures } from "../../training/progressive-report.ts";
import { memorising } from "./memorising-learner.ts";
import { mixture } from "./tables.ts";

describe("progressiveFigures", () => {
  const { rows, regimes, curve } = progressiveFigures(
    mixture({ rows: 900, distance: 3 }),
    learnerNamed("logistic"),
    1,
  );

  it("tells of each regime beside a model that stopped to learn, on the same mails", () => {
    expect(rows).toBe(900);
    expect(regimes.map(({ feedback }) => feedback.kind)).toEqual([
      "immediate",
      "delayed",
      "partial",
      "active",
    ]);
    for (const { judged, learning, frozen } of regimes) {
      expect(judged).toBeGreaterThan(300);
      expect(learning.auc).toBeGreaterThan(0.95);
      expect(frozen.auc).toBeGreaterThan(0.9);
    }
    const [immediate, , partial, active] = regimes.map(({ learnt }) => learnt);
    expect(immediate).toBeGreaterThan(890);
    expect(partial).toBeLessThan(550);
    expect(active).toBeLessThan(150);
  });

  it("draws the curve of learning, each point beside the share of the larger class", () => {
    expect(curve.length).toBe(4);
    expect(curve.reduce((sum, { mails }) => sum + mails, 0)).toBe(800);
    for (const { accuracy, majority } of curve) expect(accuracy).toBeGreaterThan(majority);
    expect(curve.map(({ learnt }) => learnt)).toEqual(
      curve.map(({ learnt }) => learnt).toSorted((a, b) => a - b),
    );
  });

  it("lives through the newest mails alone where there are many", () => {
    const many = mixture({ rows: PROGRESSIVE_ROWS + 500, distance: 1, features: 1 });
    expect(progressiveFigures(many, memorising, 1).rows).toBe(PROGRESSIVE_ROWS);
  });

  it("leaves out regimes in which nothing could be learnt", () => {
    const few = progressiveFigures(mixture({ rows: 60, distance: 1 }), memorising, 1);
    expect(few.regimes.map(({ feedback }) => feedback.kind)).not.toContain("immediate");
    expect(few.curve).toEqual([]);
  });
});
