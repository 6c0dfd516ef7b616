import { describe, expect, it } from "vitest";
import { blend } from "../../../training/learners/blend.ts";
import { boosting } from "../../../training/learners/boosting.ts";
import { forest } from "../../../training/learners/forest.ts";
import type { Learner } from "../../../training/learners/learner.ts";
import { measure, type Metrics } from "../../../training/metrics/measure.ts";
import { rowValues, type Table } from "../../../training/table.ts";
import { mixture } from "../tables.ts";

const OPTIONS = { seed: 1 };
const LEARNT = mixture({ rows: 800, distance: 2 });
const JUDGED = mixture({ rows: 4000, distance: 2, seed: 5 });

function metricsOf(learner: Learner, learnt: Table, judged: Table): Metrics {
  const predictor = learner.fit(learnt, OPTIONS);
  const probabilities = Float64Array.from(judged.labels, (_, row) =>
    predictor.probability(rowValues(judged, row)),
  );
  return measure({ labels: judged.labels, probabilities }, 0.5);
}

describe("blend", () => {
  const { auc, logLoss, calibrationError } = metricsOf(blend, LEARNT, JUDGED);

  it("gives probabilities that are right: calibration error of at most 0.03", () => {
    expect(calibrationError).toBeLessThanOrEqual(0.03);
  });

  it("comes close to the best that the data allow", () => {
    // Two normals 2 deviations apart: no rule ranks better than Φ(√2) = 0.921.
    expect(auc).toBeGreaterThan(0.885);
  });

  it("is no worse than its members", () => {
    for (const member of [forest, boosting])
      expect(logLoss).toBeLessThan((metricsOf(member, LEARNT, JUDGED).logLoss ?? NaN) + 0.005);
  });

  it("tells how far it is", () => {
    const told: number[] = [];
    const onProgress = (done: number) => {
      told.push(done);
    };
    blend.fit(mixture({ rows: 60, distance: 2 }), { ...OPTIONS, onProgress });
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.at(-1)).toBe(1);
  });

  const parameters = blend.fit(mixture({ rows: 60, distance: 2 }), OPTIONS).parameters() as Record<
    string,
    unknown
  >;
  const names = ["feature_0", "feature_1", "feature_2", "feature_3"];

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["no edges", { edges: undefined }, /^parameters\.edges: /],
    [
      "edges that fall",
      { edges: [[2, 1], [], [], []] },
      /^parameters\.edges\[0\]: the edges do not/,
    ],
    ["an edge that is no number", { edges: [["x"], [], [], []] }, /^parameters\.edges\[0\]\[0\]: /],
    [
      "too many edges",
      { edges: [new Array(300).fill(0), [], [], []] },
      /^parameters\.edges\[0\]: /,
    ],
    [
      "features too few",
      { edges: [[]] },
      /^parameters\.edges: 1 features, where the model names 4$/,
    ],
    ["a base beyond all odds", { base: 1e9 }, /^parameters\.base: /],
    ["a forest without trees", { forest: {} }, /^parameters\.forest\.trees: /],
    [
      "trees cut off",
      { boosting: { trees: 1, unit: 1, nodes: "AAAA" } },
      /^parameters\.boosting\.nodes: /,
    ],
    ["an unknown calibration", { calibration: { kind: "x" } }, /^parameters\.calibration\.kind: /],
  ])("refuses parameters with %s and names the key", (_, change, message) => {
    expect(() => blend.restore({ ...parameters, ...change }, names)).toThrow(
      expect.objectContaining({
        fault: "bad-model",
        message: expect.stringMatching(message) as unknown,
      }),
    );
  });
});
