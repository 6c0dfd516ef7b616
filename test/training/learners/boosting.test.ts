import { describe, expect, it } from "vitest";
import { boosting, BOOSTING } from "../../../training/learners/boosting.ts";
import { measure } from "../../../training/metrics/measure.ts";
import { rowValues } from "../../../training/table.ts";
import { mixture } from "../tables.ts";

const treesOf = (parameters: unknown) =>
  (parameters as { readonly boosting: { readonly trees: number } }).boosting.trees;

describe("boosting", () => {
  const learnt = mixture({ rows: 1500, distance: 2 });
  const predictor = boosting.fit(learnt, { seed: 1 });

  it("comes close to the best that the data allow", () => {
    // Two normals 2 deviations apart: no rule ranks better than Φ(√2) = 0.921.
    const judged = mixture({ rows: 3000, distance: 2, seed: 2 });
    const probabilities = Float64Array.from(judged.labels, (_, row) =>
      predictor.probability(rowValues(judged, row)),
    );
    expect(measure({ labels: judged.labels, probabilities }, 0.5).auc).toBeGreaterThan(0.9);
  });

  it("stops before its trees have learnt the rows by heart", () => {
    expect(treesOf(predictor.parameters())).toBeLessThan(BOOSTING.rounds / 2);
  });
});
