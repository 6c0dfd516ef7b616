import { z } from "zod";
import type { Table } from "../table.ts";
import { checkedEdges, EDGES, parseParameters, plainEdges, predictorOnBins } from "./bin-judge.ts";
import { binRows } from "./binned-rows.ts";
import { drawByWeight, uniformNumbers } from "./draw-rows.ts";
import { forestJudge } from "./forest-judge.ts";
import { ForestTreeGrower } from "./forest-tree.ts";
import { type FitOptions, type Learner, type Predictor, requireBothClasses } from "./learner.ts";
import { PACKED_TREES, type PackedTrees, packTrees, unpackTrees } from "./packed-trees.ts";

/** Large enough that the share of spam in a leaf is worth something by itself. */
const MIN_LEAF = 20;

/** A person can still look at it. */
const MAX_LEAVES = 64;

/** Half a row of the smallest leaf: a leaf of one class leaves this much to the other. */
const MARGIN = 1 / (2 * MIN_LEAF);

interface Parameters {
  readonly edges: readonly (readonly number[])[];
  readonly tree: PackedTrees;
}

const PARAMETERS: z.ZodType<Parameters> = z.object({ edges: EDGES, tree: PACKED_TREES });

/** One tree that is asked all features: the simplest thing that sees more than one feature at a time. */
export const decisionTree: Learner = {
  name: "tree",
  fit: fitTree,
  restore: (parameters, names) => predictorOf(parseParameters(PARAMETERS, parameters), names),
};

function fitTree(table: Table, options: FitOptions): Predictor {
  requireBothClasses(table);
  const rows = binRows(table, options.rowWeights);
  const grower = new ForestTreeGrower(rows, rows.labels, rows.byName, {
    minLeaf: MIN_LEAF,
    featuresPerSplit: rows.columns.length,
    maxLeaves: MAX_LEAVES,
  });
  const tree = grower.grow(drawsOf(rows.rows, options), uniformNumbers(options.seed));
  options.onProgress?.(1);
  return predictorOf({ edges: plainEdges(rows.edges), tree: packTrees([tree]) }, table.names);
}

/** Every row once; where rows have weights, each as often as its weight is of the mean. */
function drawsOf(rows: number, { seed, rowWeights }: FitOptions): Uint16Array {
  const draws = new Uint16Array(rows);
  if (rowWeights === undefined) return draws.fill(1);
  for (const row of drawByWeight(rowWeights, rows, seed)) draws[row] = (draws[row] ?? 0) + 1;
  return draws;
}

function predictorOf(parameters: Parameters, names: readonly string[]): Predictor {
  const edges = checkedEdges(parameters.edges, names);
  const ensemble = unpackTrees(parameters.tree, names.length, "parameters.tree");
  return predictorOnBins(forestJudge(ensemble, names, MARGIN), edges, parameters);
}
