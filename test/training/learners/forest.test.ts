import { describe, expect, it } from "vitest";
import { fitForest, forestMargin } from "../../../training/learners/forest.ts";
import { measure } from "../../../training/metrics/measure.ts";
import { rowValues } from "../../../training/table.ts";
import { mixture } from "../tables.ts";

describe("fitForest", () => {
  const table = mixture({ rows: 500, distance: 2 });
  const { predictor, outOfBag } = fitForest(table, { seed: 1 });

  it("has out-of-bag scores that are worth what scores of unseen rows are", () => {
    const judged = mixture({ rows: 4000, distance: 2, seed: 5 });
    const unseen = Float64Array.from(judged.labels, (_, row) =>
      predictor.probability(rowValues(judged, row)),
    );
    const seen = Float64Array.from(table.labels, (_, row) =>
      predictor.probability(rowValues(table, row)),
    );
    const aucOf = (labels: Uint8Array, probabilities: Float64Array) =>
      measure({ labels, probabilities }, 0.5).auc ?? NaN;
    const truth = aucOf(judged.labels, unseen);
    expect(Math.abs(aucOf(table.labels, outOfBag) - truth)).toBeLessThan(0.03);
    expect(aucOf(table.labels, seen)).toBeGreaterThan(truth + 0.05);
  });

  it("stays half a vote away from certainty", () => {
    const far = predictor.probability(Float64Array.of(-50, 0, 0, 0));
    expect(far).toBeGreaterThanOrEqual(forestMargin(200) - 1e-12);
    expect(far).toBeLessThan(0.1);
  });
});
