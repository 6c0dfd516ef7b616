import type { Table } from "../table.ts";
import { predictorOnTerms, restoreTerms } from "./bin-terms.ts";
import { MISSING_BIN } from "./binning.ts";
import { binRows, type BinnedRows, weighableBinsFor } from "./binned-rows.ts";
import { baseLogOdds } from "./grow-boosting.ts";
import { type FitOptions, type Learner, type Predictor, requireBothClasses } from "./learner.ts";

/**
 * Rows of the usual mixture of the classes that are counted into each bin: one in which a class was not seen then
 * says little rather than everything.
 */
const SMOOTHING = 2;

/**
 * Naive Bayes on quantile bins: what each bin says by itself, added up as if no feature repeated another. It is sure
 * beyond what is right where they do, and is here to compare with.
 */
export const naiveBayes: Learner = {
  name: "naive-bayes",
  fit: fitNaiveBayes,
  restore: restoreTerms,
};

function fitNaiveBayes(table: Table, options: FitOptions): Predictor {
  requireBothClasses(table);
  const rows = binRows(table, options.rowWeights, weighableBinsFor(table.rows));
  const totals = totalsOf(rows);
  const terms = rows.columns.map((column, feature) => {
    const edges = [...(rows.edges[feature] ?? [])];
    const evidence = evidenceOf(countBins(column, rows), totals);
    return {
      edges,
      weights: Array.from({ length: edges.length + 1 }, (_, bin) => evidence(bin)),
      absence: evidence(MISSING_BIN),
    };
  });
  options.onProgress?.(1);
  return predictorOnTerms({ bias: baseLogOdds(rows), terms }, table.names);
}

interface ClassWeights {
  readonly spam: number;
  readonly ham: number;
}

function totalsOf({ labels, weights }: BinnedRows): ClassWeights {
  let [spam, ham] = [0, 0];
  labels.forEach((label, row) => {
    const weight = weights?.[row] ?? 1;
    if (label === 1) spam += weight;
    else ham += weight;
  });
  return { spam, ham };
}

/** Weight of each class by bin: of ham at the bin, of spam 256 behind it. */
function countBins(column: Uint8Array, { labels, weights }: BinnedRows): Float64Array {
  const counts = new Float64Array(2 * SPAM_BEHIND);
  column.forEach((bin, row) => {
    const at = labels[row] === 1 ? bin + SPAM_BEHIND : bin;
    counts[at] = (counts[at] ?? 0) + (weights?.[row] ?? 1);
  });
  return counts;
}

const SPAM_BEHIND = MISSING_BIN + 1;

/** The log of the ratio of a bin's share among spam and its share among ham. */
function evidenceOf(counts: Float64Array, { spam, ham }: ClassWeights): (bin: number) => number {
  const spamShare = spam / (spam + ham);
  return (bin) => {
    const inSpam = (counts[bin + SPAM_BEHIND] ?? 0) + SMOOTHING * spamShare;
    const inHam = (counts[bin] ?? 0) + SMOOTHING * (1 - spamShare);
    return Math.log(inSpam / spam) - Math.log(inHam / ham);
  };
}
