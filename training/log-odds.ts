/** The probability that log-odds stand for. */
export function probabilityOf(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

/** The log-odds of a probability, which is first kept `margin` away from 0 and 1, so that they are finite. */
export function logOddsOf(probability: number, margin: number): number {
  const bounded = Math.min(Math.max(probability, margin), 1 - margin);
  return Math.log(bounded / (1 - bounded));
}
