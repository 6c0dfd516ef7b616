import { describe, expect, it } from "vitest";
import { sumOf } from "../../../training/learners/explanation.ts";
import { forestJudge } from "../../../training/learners/forest-judge.ts";
import { GrownTree } from "../../../training/learners/grown-tree.ts";
import { packTrees, unpackTrees } from "../../../training/learners/packed-trees.ts";

/** A tree that says 0.5 before it asks feature 0, and these below and above bin 9. */
function stump(low: number, high: number): GrownTree {
  const tree = new GrownTree();
  tree.split(tree.addLeaf(0.5), { feature: 0, bin: 9, missingGoesLeft: true }, [low, high]);
  return tree;
}

describe("forestJudge", () => {
  const trees = packTrees([stump(0, 1), stump(0, 0.5)]);
  const judge = forestJudge(unpackTrees(trees, 2, "trees"), ["a", "b"], 0.05);

  it("is the mean of the probabilities, in log-odds", () => {
    expect(judge.logOdds(Uint8Array.of(10, 0))).toBeCloseTo(Math.log(3), 3);
  });

  it("keeps its margin from certainty", () => {
    expect(judge.logOdds(Uint8Array.of(0, 0))).toBeCloseTo(Math.log(0.05 / 0.95), 10);
  });

  it("explains its log-odds by the features that were asked", () => {
    for (const bin of [0, 10]) {
      const explanation = judge.explain(Uint8Array.of(bin, 0));
      expect(explanation.base).toBeCloseTo(0, 3);
      expect(explanation.contributions.map(({ feature }) => feature)).toEqual(["a"]);
      expect(sumOf(explanation)).toBeCloseTo(judge.logOdds(Uint8Array.of(bin, 0)), 10);
    }
  });
});
