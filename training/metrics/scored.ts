/** Rows that a model judged, and what they truly are. */
export interface Scored {
  /** 1 for spam, 0 for ham. */
  readonly labels: Uint8Array;
  /** Probability of spam for each label, 0 to 1. */
  readonly probabilities: Float64Array;
}

/** A quotient, or null where there is nothing to divide by. */
export function share(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

/** The mean of a quantity of each row; null without rows. */
export function meanOver(
  { labels, probabilities }: Scored,
  of: (label: number, probability: number) => number,
): number | null {
  const total = labels.reduce((sum, label, row) => sum + of(label, probabilities[row] ?? 0), 0);
  return share(total, labels.length);
}
