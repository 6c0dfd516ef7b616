import { z } from "zod";
import { type Calibration, CALIBRATION, calibrated } from "../calibration.ts";
import { chooseCalibration } from "../calibration-fit.ts";
import type { Table } from "../table.ts";
import {
  type BinJudge,
  checkedEdges,
  EDGES,
  parseParameters,
  plainEdges,
  predictorOnBins,
} from "./bin-judge.ts";
import { binRows, type BinnedRows } from "./binned-rows.ts";
import { outOfFoldScores } from "./blend-folds.ts";
import { BASE, BOOSTING } from "./boosting.ts";
import { boostingJudge } from "./boosting-judge.ts";
import { roundsByTail } from "./early-stopping.ts";
import { type Explanation, throughFunction } from "./explanation.ts";
import { FOREST, forestMargin } from "./forest.ts";
import { forestJudge } from "./forest-judge.ts";
import { growBoosting } from "./grow-boosting.ts";
import { growForest } from "./grow-forest.ts";
import { type FitOptions, type Learner, type Predictor, requireBothClasses } from "./learner.ts";
import { PACKED_TREES, type PackedTrees, packTrees, unpackTrees } from "./packed-trees.ts";

/** The two ensembles, before they are calibrated. */
interface Members {
  readonly forest: PackedTrees;
  readonly base: number;
  readonly boosting: PackedTrees;
}

interface Parameters extends Members {
  readonly edges: readonly (readonly number[])[];
  readonly calibration: Calibration;
}

const PARAMETERS: z.ZodType<Parameters> = z.object({
  edges: EDGES,
  forest: PACKED_TREES,
  base: BASE,
  boosting: PACKED_TREES,
  calibration: CALIBRATION,
});

/**
 * The mean of the log-odds of a forest and of boosted trees, calibrated. The two err in different ways: the forest is
 * the better on few rows, boosting on many, and their mean is seldom worse than either.
 */
export const blend: Learner = {
  name: "blend",
  fit: fitBlend,
  restore: (parameters, names) => predictorOf(parseParameters(PARAMETERS, parameters), names),
};

/**
 * The forest of a fold only has to err as the whole one does: with a third of the trees the scores of a row are
 * nearly the same, and the folds take most of the time.
 */
const TREES_OF_A_FOLD = 64;

/** Shares of the work: the members of the folds, then those of the model. */
const FOLDS_SHARE = 0.75;

function fitBlend(table: Table, { seed, rowWeights, onProgress }: FitOptions): Predictor {
  requireBothClasses(table);
  const rows = binRows(table, rowWeights);
  const rounds = roundsByTail(rows, BOOSTING, seed);
  const scored = outOfFoldScores(rows, (past) =>
    judgeOf(growMembers(past, { rounds, trees: TREES_OF_A_FOLD, seed }), table.names),
  );
  const calibration = chooseCalibration(scored);
  onProgress?.(FOLDS_SHARE);
  const members = growMembers(rows, { rounds, trees: FOREST.trees, seed });
  onProgress?.(1);
  return predictorOf({ edges: plainEdges(rows.edges), ...members, calibration }, table.names);
}

function growMembers(
  rows: BinnedRows,
  {
    rounds,
    trees,
    seed,
  }: { readonly rounds: number; readonly trees: number; readonly seed: number },
): Members {
  const boosted = growBoosting(rows, { ...BOOSTING, rounds }, { seed });
  const grown = growForest(rows, { ...FOREST, trees }, { seed });
  return { forest: packTrees(grown), base: boosted.base, boosting: packTrees(boosted.trees) };
}

function judgeOf({ forest, base, boosting }: Members, names: readonly string[]): BinJudge {
  const first = forestJudge(
    unpackTrees(forest, names.length, "parameters.forest"),
    names,
    forestMargin(FOREST.trees),
  );
  const second = boostingJudge(
    base,
    unpackTrees(boosting, names.length, "parameters.boosting"),
    names,
  );
  return {
    logOdds: (bins) => (first.logOdds(bins) + second.logOdds(bins)) / 2,
    explain: (bins) => meanOf(first.explain(bins), second.explain(bins), names),
  };
}

function meanOf(a: Explanation, b: Explanation, names: readonly string[]): Explanation {
  const shares = new Map(names.map((name) => [name, 0]));
  for (const { feature, logOdds } of [...a.contributions, ...b.contributions])
    shares.set(feature, (shares.get(feature) ?? 0) + logOdds / 2);
  return {
    base: (a.base + b.base) / 2,
    contributions: [...shares].map(([feature, logOdds]) => ({ feature, logOdds })),
  };
}

function predictorOf(parameters: Parameters, names: readonly string[]): Predictor {
  const { calibration, edges } = parameters;
  const judge = judgeOf(parameters, names);
  const calibrate = (logOdds: number) => calibrated(calibration, logOdds);
  const calibratedJudge: BinJudge = {
    logOdds: (bins) => calibrate(judge.logOdds(bins)),
    explain: (bins) => withoutZeros(throughFunction(judge.explain(bins), calibrate)),
  };
  return predictorOnBins(calibratedJudge, checkedEdges(edges, names), parameters);
}

function withoutZeros({ base, contributions }: Explanation): Explanation {
  return { base, contributions: contributions.filter(({ logOdds }) => logOdds !== 0) };
}
