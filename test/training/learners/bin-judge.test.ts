import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  checkedEdges,
  EDGES,
  parseParameters,
  plainEdges,
  predictorOnBins,
} from "../../../training/learners/bin-judge.ts";

/** Log-odds are the sum of the bins. */
const judge = {
  logOdds: (bins: Uint8Array) => bins.reduce((sum, bin) => sum + bin, 0),
  explain: (bins: Uint8Array) => ({ base: bins.length, contributions: [] }),
};

describe("predictorOnBins", () => {
  it("asks the judge about the bins of the values", () => {
    const edges = [Float64Array.of(1, 2), Float64Array.of(10)];
    const predictor = predictorOnBins(judge, edges, { any: "thing" });
    expect(predictor.logOdds(Float64Array.of(5, 20))).toBe(3);
    expect(predictor.probability(Float64Array.of(1, 20))).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
    expect(predictor.explain(Float64Array.of(1, 20)).base).toBe(2);
    expect(predictor.parameters()).toEqual({ any: "thing" });
  });
});

describe("the edges of a model file", () => {
  it("come back as they were written", () => {
    const edges = [Float64Array.of(1.5, 2), new Float64Array(0)];
    const read = EDGES.parse(JSON.parse(JSON.stringify(plainEdges(edges))));
    expect(checkedEdges(read, ["a", "b"])).toEqual(edges);
  });

  it("must be those of all features", () => {
    expect(() => checkedEdges([[1]], ["a", "b"])).toThrow(
      "parameters.edges: 1 features, where the model names 2",
    );
  });
});

describe("parseParameters", () => {
  it("names the key that is wrong", () => {
    const schema = z.object({ a: z.array(z.number()) });
    expect(() => parseParameters(schema, { a: [1, "x"] })).toThrow(
      expect.objectContaining({
        fault: "bad-model",
        message: expect.stringMatching(/^parameters\.a\[1\]: /) as unknown,
      }),
    );
  });
});
