import { type Scored, share } from "./scored.ts";

/** The four outcomes of deciding "spam" at a threshold. */
export interface Confusion {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

/** Counts the outcomes; spam is what has a probability of at least `threshold`. */
export function confusionAt({ labels, probabilities }: Scored, threshold: number): Confusion {
  const counts = { spam: { flagged: 0, passed: 0 }, ham: { flagged: 0, passed: 0 } };
  labels.forEach((label, row) => {
    const truth = label === 1 ? counts.spam : counts.ham;
    truth[(probabilities[row] ?? 0) >= threshold ? "flagged" : "passed"] += 1;
  });
  return {
    truePositives: counts.spam.flagged,
    falsePositives: counts.ham.flagged,
    trueNegatives: counts.ham.passed,
    falseNegatives: counts.spam.passed,
  };
}

/** Share of the rows that are decided right. */
export function accuracy(outcomes: Confusion): number | null {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = outcomes;
  const right = truePositives + trueNegatives;
  return share(right, right + falsePositives + falseNegatives);
}

/** Share of spam among what is called spam; null where nothing is. */
export function precision({ truePositives, falsePositives }: Confusion): number | null {
  return share(truePositives, truePositives + falsePositives);
}

/** Share of the spam that is called spam; null where there is no spam. */
export function recall({ truePositives, falseNegatives }: Confusion): number | null {
  return share(truePositives, truePositives + falseNegatives);
}
