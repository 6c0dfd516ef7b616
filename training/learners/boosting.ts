import { z } from "zod";
import type { Table } from "../table.ts";
import { checkedEdges, EDGES, parseParameters, plainEdges, predictorOnBins } from "./bin-judge.ts";
import { binRows } from "./binned-rows.ts";
import { boostingJudge } from "./boosting-judge.ts";
import { roundsByTail } from "./early-stopping.ts";
import { type BoostingSettings, growBoosting } from "./grow-boosting.ts";
import { type FitOptions, type Learner, type Predictor, requireBothClasses } from "./learner.ts";
import { PACKED_TREES, type PackedTrees, packTrees, unpackTrees } from "./packed-trees.ts";

/**
 * Gentle settings, as small and noisy data want them: small steps, and each tree on half of the rows (Friedman,
 * "Stochastic gradient boosting", 2002), which on many rows is better and cheaper as well. A leaf holds at least
 * ten of the drawn rows, and so some twenty of all.
 */
export const BOOSTING: BoostingSettings = {
  rounds: 200,
  learningRate: 0.05,
  rowShare: 0.5,
  maxLeaves: 31,
  minLeaf: 10,
  l2: 1,
};

/** Log-odds of the classes where one is not seen once in a thousand million rows. */
const LARGEST_BASE = 20;

export const BASE = z.number().min(-LARGEST_BASE).max(LARGEST_BASE);

interface Parameters {
  readonly edges: readonly (readonly number[])[];
  readonly base: number;
  readonly boosting: PackedTrees;
}

const PARAMETERS: z.ZodType<Parameters> = z.object({
  edges: EDGES,
  base: BASE,
  boosting: PACKED_TREES,
});

/** Gradient-boosted trees; the newest rows tell how many. */
export const boosting: Learner = {
  name: "boosting",
  fit: fitBoosting,
  restore: (parameters, names) => predictorOf(parseParameters(PARAMETERS, parameters), names),
};

function fitBoosting(table: Table, options: FitOptions): Predictor {
  requireBothClasses(table);
  const rows = binRows(table, options.rowWeights);
  const rounds = roundsByTail(rows, BOOSTING, options.seed);
  const { base, trees } = growBoosting(rows, { ...BOOSTING, rounds }, options);
  return predictorOf(
    { edges: plainEdges(rows.edges), base, boosting: packTrees(trees) },
    table.names,
  );
}

function predictorOf(parameters: Parameters, names: readonly string[]): Predictor {
  const edges = checkedEdges(parameters.edges, names);
  const ensemble = unpackTrees(parameters.boosting, names.length, "parameters.boosting");
  return predictorOnBins(boostingJudge(parameters.base, ensemble, names), edges, parameters);
}
