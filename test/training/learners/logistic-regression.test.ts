import { describe, expect, it } from "vitest";
import { logistic } from "../../../training/learners/logistic-regression.ts";
import { linearLogistic } from "../../../training/learners/linear-logistic.ts";
import type { Learner } from "../../../training/learners/learner.ts";
import { measure } from "../../../training/metrics/measure.ts";
import { rowValues, type Table } from "../../../training/table.ts";
import { mixture } from "../tables.ts";

const OPTIONS = { seed: 1 };

function aucOf(learner: Learner, learnt: Table, judged: Table): number {
  const predictor = learner.fit(learnt, OPTIONS);
  const probabilities = Float64Array.from(judged.labels, (_, row) =>
    predictor.probability(rowValues(judged, row)),
  );
  return measure({ labels: judged.labels, probabilities }, 0.5).auc ?? NaN;
}

/** The same rows with the distance from the middle of the classes: spam is what lies in the middle. */
function folded(table: Table): Table {
  return {
    ...table,
    columns: table.columns.map((column) => column.map((x) => (x - 1) ** 2 * (x > 1 ? 1 : -1))),
  };
}

describe("logistic", () => {
  const [learnt, judged] = [
    mixture({ rows: 800, distance: 2 }),
    mixture({ rows: 2000, distance: 2, seed: 2 }),
  ];

  it("comes close to the best that the data allow, however a feature is stretched", () => {
    // Two normals 2 deviations apart: no rule ranks better than Φ(√2) = 0.921.
    expect(aucOf(logistic, learnt, judged)).toBeGreaterThan(0.895);
    expect(aucOf(logistic, folded(learnt), folded(judged))).toBeGreaterThan(0.895);
  });

  it("sees spam in the middle of a range, which a weight for the whole of it cannot", () => {
    const middle = (table: Table): Table => ({
      ...table,
      labels: Uint8Array.from(table.columns[1] ?? [], (x) => (Math.abs(x) < 0.7 ? 1 : 0)),
    });
    expect(aucOf(logistic, middle(learnt), middle(judged))).toBeGreaterThan(0.9);
    expect(aucOf(linearLogistic, middle(learnt), middle(judged))).toBeLessThan(0.6);
  });

  it("has no weight for a feature that was the same in every row", () => {
    const same = {
      ...learnt,
      columns: learnt.columns.map((c, i) => (i === 1 ? c.map(() => 7) : c)),
    };
    const { contributions } = logistic.fit(same, OPTIONS).explain(Float64Array.of(0, 7, 0, 0));
    const constant = contributions.find(({ feature }) => feature === "feature_1");
    expect(Math.abs(constant?.logOdds ?? 0)).toBeLessThan(0.2);
  });

  const term = { edges: [1], weights: [0, 1], absence: 0 };

  it.each([
    ["no object", 7, /^parameters\./],
    ["no terms", { bias: 0 }, /^parameters\.terms: /],
    ["a weight that no fit reaches", { bias: 1e300, terms: [] }, /^parameters\.bias: /],
    ["too few terms", { bias: 0, terms: [] }, /^parameters\.terms: 0 terms for 1 features$/],
    [
      "a weight too few",
      { bias: 0, terms: [{ ...term, weights: [1] }] },
      /^parameters\.terms\[0\]\.weights: not one weight more than edges$/,
    ],
    [
      "edges that do not rise",
      { bias: 0, terms: [{ edges: [1, 1], weights: [0, 1, 2], absence: 0 }] },
      /^parameters\.terms\[0\]\.edges: the edges do not rise$/,
    ],
  ])("refuses parameters with %s and names the key", (_, parameters, message) => {
    expect(() => logistic.restore(parameters, ["rtt"])).toThrow(
      expect.objectContaining({
        fault: "bad-model",
        message: expect.stringMatching(message) as unknown,
      }),
    );
  });
});
