import { z } from "zod";
import { TrainingError } from "../errors.ts";
import { EDGES_OF_A_FEATURE, parseParameters, predictorOnBins } from "./bin-judge.ts";
import { MISSING_BIN } from "./binning.ts";
import { explanationOf } from "./explanation.ts";
import type { Predictor } from "./learner.ts";

/** What one feature adds to the log-odds: a weight for each of its bins and one for its absence. */
interface BinTerm {
  readonly edges: readonly number[];
  readonly weights: readonly number[];
  readonly absence: number;
}

/** A model that is a sum over the features, each by the bin of its value; in the order of the names. */
export interface BinTerms {
  readonly bias: number;
  readonly terms: readonly BinTerm[];
}

/** Beyond any weight that a fit can reach; sums of such weights stay finite. */
const LARGEST_WEIGHT = 1e6;

const WEIGHT = z.number().min(-LARGEST_WEIGHT).max(LARGEST_WEIGHT);

const TERM = z
  .object({ edges: EDGES_OF_A_FEATURE, weights: z.array(WEIGHT), absence: WEIGHT })
  .refine(({ edges, weights }) => weights.length === edges.length + 1, {
    error: "not one weight more than edges",
    path: ["weights"],
  });

const BIN_TERMS: z.ZodType<BinTerms> = z.object({ bias: WEIGHT, terms: z.array(TERM) });

/** @throws TrainingError `bad-model` naming the key that is wrong */
export function restoreTerms(parameters: unknown, names: readonly string[]): Predictor {
  const parsed = parseParameters(BIN_TERMS, parameters);
  const { terms } = parsed;
  if (terms.length !== names.length)
    throw new TrainingError(
      "bad-model",
      `parameters.terms: ${terms.length} terms for ${names.length} features`,
    );
  return predictorOnTerms(parsed, names);
}

export function predictorOnTerms(parameters: BinTerms, names: readonly string[]): Predictor {
  const { bias, terms } = parameters;
  const shareOf = (term: BinTerm, bin: number) =>
    bin === MISSING_BIN ? term.absence : (term.weights[bin] ?? 0);
  const judge = {
    logOdds: (bins: Uint8Array) =>
      terms.reduce((sum, term, i) => sum + shareOf(term, bins[i] ?? MISSING_BIN), bias),
    explain: (bins: Uint8Array) => {
      const shares = terms.map((term, i) => shareOf(term, bins[i] ?? MISSING_BIN));
      return explanationOf(bias, shares, names);
    },
  };
  const edges = terms.map((term) => Float64Array.from(term.edges));
  return predictorOnBins(judge, edges, parameters);
}
