import { meanOver, type Scored, share } from "./scored.ts";

/** Keeps the loss of a probability of exactly 0 or 1 that was wrong finite: 34.5, as scikit-learn had it. */
const SMALLEST_PROBABILITY = 1e-15;

/** Bins of equal width; wider ones hide errors, narrower ones hold too few of some hundred mails. */
const CALIBRATION_BINS = 10;

/** Mean of −ln(probability given to what the row truly is). */
export function logLoss(scored: Scored): number | null {
  return meanOver(scored, (label, probability) => {
    const given = label === 1 ? probability : 1 - probability;
    return -Math.log(Math.max(given, SMALLEST_PROBABILITY));
  });
}

/** Mean squared difference of probability and label (Brier 1950, for two classes and one of its two terms). */
export function brierScore(scored: Scored): number | null {
  return meanOver(scored, (label, probability) => (probability - label) ** 2);
}

/**
 * Expected calibration error: how far, on average over the rows, the mean probability of a row's bin lies from
 * the share of spam in that bin.
 */
export function calibrationError({ labels, probabilities }: Scored): number | null {
  const excess = new Float64Array(CALIBRATION_BINS);
  labels.forEach((label, row) => {
    const probability = probabilities[row] ?? 0;
    const bin = Math.min(Math.floor(probability * CALIBRATION_BINS), CALIBRATION_BINS - 1);
    excess[bin] = (excess[bin] ?? 0) + probability - label;
  });
  const total = excess.reduce((sum, difference) => sum + Math.abs(difference), 0);
  return share(total, labels.length);
}
