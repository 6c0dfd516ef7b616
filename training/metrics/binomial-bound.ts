/** How sure a bound is: in 95 of 100 such samples the true rate lies below it. */
export const CONFIDENCE = 0.95;

/** Halvings of 0 … 1; after 60 a double has no digits left. */
const BISECTIONS = 60;

/**
 * Upper confidence bound of a rate of which `events` were seen in `trials`, one-sided: the exact one of Clopper and
 * Pearson (Biometrika 26, 1934), the rate at which so few events would be seen with a probability of 5 %.
 */
export function upperBound(events: number, trials: number): number {
  if (events >= trials) return 1;
  let [low, high] = [events / trials, 1];
  for (let i = 0; i < BISECTIONS; i += 1) {
    const rate = (low + high) / 2;
    if (atMost(events, trials, rate) > 1 - CONFIDENCE) low = rate;
    else high = rate;
  }
  return high;
}

/** Fewest trials without a single event from which the bound lies at `rate` or below. */
export function trialsNeeded(rate: number): number {
  return rate >= 1 ? 1 : Math.ceil(Math.log(1 - CONFIDENCE) / Math.log1p(-rate));
}

/** Most events among the trials with which the bound still lies at `rate` or below; −1 where none are too many. */
export function mostEvents(trials: number, rate: number): number {
  let events = -1;
  while (events + 1 < trials && upperBound(events + 1, trials) <= rate) events += 1;
  return events;
}

/** Probability of at most `events` in `trials` of the given rate; the terms in logarithms, as they underflow. */
function atMost(events: number, trials: number, rate: number): number {
  const odds = Math.log(rate) - Math.log1p(-rate);
  let logTerm = trials * Math.log1p(-rate);
  let sum = Math.exp(logTerm);
  for (let k = 1; k <= events; k += 1) {
    logTerm += Math.log((trials - k + 1) / k) + odds;
    sum += Math.exp(logTerm);
  }
  return sum;
}
