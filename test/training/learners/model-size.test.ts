import { describe, expect, it } from "vitest";
import { blend } from "../../../training/learners/blend.ts";
import { FOREST } from "../../../training/learners/forest.ts";
import { BOOSTING } from "../../../training/learners/boosting.ts";
import { mixture } from "../tables.ts";

/** What docs/training.md promises of a model file. */
const MAX_MODEL_FILE_BYTES = 2_000_000;

/** Six bytes a node, as base64. */
const CHARACTERS_A_NODE = 8;

function charactersOf(trees: number, leaves: number): number {
  return trees * (2 * leaves - 1) * CHARACTERS_A_NODE;
}

describe("a model file", () => {
  it("has room for the largest ensembles beside the edges of a hundred features", () => {
    const ensembles =
      charactersOf(FOREST.trees, FOREST.maxLeaves) +
      charactersOf(BOOSTING.rounds, BOOSTING.maxLeaves);
    const parameters = JSON.stringify(
      blend.fit(mixture({ rows: 3000, distance: 1 }), { seed: 1 }).parameters(),
    );
    const { edges } = JSON.parse(parameters) as { readonly edges: readonly number[][] };
    const charactersOfAFeature = JSON.stringify(edges).length / edges.length;
    expect(parameters.length).toBeLessThan(ensembles + JSON.stringify(edges).length + 500);
    expect(ensembles + 100 * charactersOfAFeature).toBeLessThan(MAX_MODEL_FILE_BYTES);
  });
});
