import { z } from "zod";
import { firstComplaint } from "../complaint.ts";
import { TrainingError } from "../errors.ts";
import { probabilityOf } from "../log-odds.ts";
import { binValues, MAX_VALUE_BINS } from "./binning.ts";
import type { Explanation } from "./explanation.ts";
import type { Predictor } from "./learner.ts";

/** What judges a mail by the bins of its values. */
export interface BinJudge {
  logOdds(bins: Uint8Array): number;
  explain(bins: Uint8Array): Explanation;
}

/** Edges of a feature as a model file has them: rising numbers. */
export const EDGES_OF_A_FEATURE = z
  .array(z.number())
  .max(MAX_VALUE_BINS - 1)
  .refine((edges) => edges.every((edge, i) => i === 0 || edge > (edges[i - 1] ?? edge)), {
    error: "the edges do not rise",
  });

/** Those of all features. */
export const EDGES = z.array(EDGES_OF_A_FEATURE);

/** A predictor that bins the values and asks a judge. */
export function predictorOnBins(
  judge: BinJudge,
  edges: readonly Float64Array[],
  parameters: unknown,
): Predictor {
  const logOdds = (values: Float64Array) => judge.logOdds(binValues(values, edges));
  return {
    logOdds,
    probability: (values) => probabilityOf(logOdds(values)),
    explain: (values) => judge.explain(binValues(values, edges)),
    parameters: () => parameters,
  };
}

/** Plain arrays for the model file. */
export function plainEdges(edges: readonly Float64Array[]): number[][] {
  return edges.map((column) => [...column]);
}

/** @throws TrainingError `bad-model` where there are not as many features as names */
export function checkedEdges(
  edges: readonly (readonly number[])[],
  names: readonly string[],
): readonly Float64Array[] {
  if (edges.length !== names.length)
    throw new TrainingError(
      "bad-model",
      `parameters.edges: ${edges.length} features, where the model names ${names.length}`,
    );
  return edges.map((column) => Float64Array.from(column));
}

/** @throws TrainingError `bad-model` naming the key of the parameter that is wrong */
export function parseParameters<Parameters>(
  schema: z.ZodType<Parameters>,
  parameters: unknown,
): Parameters {
  const parsed = schema.safeParse(parameters);
  if (parsed.success) return parsed.data;
  throw new TrainingError("bad-model", `parameters.${firstComplaint(parsed.error)}`);
}
