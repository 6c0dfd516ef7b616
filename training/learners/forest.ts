import { z } from "zod";
import type { Table } from "../table.ts";
import { checkedEdges, EDGES, parseParameters, plainEdges, predictorOnBins } from "./bin-judge.ts";
import { binRows } from "./binned-rows.ts";
import { forestJudge } from "./forest-judge.ts";
import { type ForestSettings, growForest, OutOfBag } from "./grow-forest.ts";
import { type FitOptions, type Learner, type Predictor, requireBothClasses } from "./learner.ts";
import { PACKED_TREES, type PackedTrees, packTrees, unpackTrees } from "./packed-trees.ts";

/**
 * Two hundred trees, as many as scikit-learn's figures that we compare with have; a mail is judged in some twenty
 * microseconds. The bound of leaves keeps the model file below 2 MB; trees of up to some two thousand rows are
 * not touched by it. docs/training.md tells what it costs beyond.
 */
export const FOREST: ForestSettings = { trees: 200, minLeaf: 2, maxLeaves: 400 };

interface Parameters {
  readonly edges: readonly (readonly number[])[];
  readonly forest: PackedTrees;
}

const PARAMETERS: z.ZodType<Parameters> = z.object({ edges: EDGES, forest: PACKED_TREES });

/** A random forest. */
export const forest: Learner = {
  name: "forest",
  fit: (table, options) => fitForest(table, options).predictor,
  restore: (parameters, names) => predictorOf(parseParameters(PARAMETERS, parameters), names),
};

/**
 * A forest, and for each row the probability by the trees that have not drawn it (NaN where all have): an estimate
 * of its performance that costs no second training. Neighbours in time are drawn, so it flatters as random folds do.
 */
export function fitForest(
  table: Table,
  options: FitOptions,
): { readonly predictor: Predictor; readonly outOfBag: Float64Array } {
  requireBothClasses(table);
  const rows = binRows(table, options.rowWeights);
  const outOfBag = new OutOfBag(rows);
  const trees = growForest(rows, FOREST, {
    ...options,
    onTree: (tree, draws) => {
      outOfBag.add(tree, draws);
    },
  });
  const parameters = { edges: plainEdges(rows.edges), forest: packTrees(trees) };
  return { predictor: predictorOf(parameters, table.names), outOfBag: outOfBag.probabilities() };
}

/** Half a vote: that none of the trees knows a counterexample does not make it impossible. */
export function forestMargin(trees: number): number {
  return 1 / (2 * trees);
}

function predictorOf({ edges, forest }: Parameters, names: readonly string[]): Predictor {
  const checked = checkedEdges(edges, names);
  const ensemble = unpackTrees(forest, names.length, "parameters.forest");
  const judge = forestJudge(ensemble, names, forestMargin(forest.trees));
  return predictorOnBins(judge, checked, { edges, forest });
}
