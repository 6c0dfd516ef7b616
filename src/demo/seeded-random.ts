/** Random numbers that a seed determines, so that a lab can be run again with the same luck. */

/** Gives evenly distributed numbers, 0 ≤ x < 1. */
export type Random = () => number;

/**
 * Mulberry32, a generator with 32 bits of state: period 2^32, even enough for losses and delays, and
 * of no use for secrets. Numbers come from `seed` and the words of `purpose`, so two purposes with
 * one seed have unrelated sequences.
 */
export function seededRandom(seed: number, purpose = ""): Random {
  let state = (seed ^ hashOf(purpose)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text)
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}

/** A number between `low` and `high`, evenly. */
export function between(random: Random, low: number, high: number): number {
  return low + random() * (high - low);
}

/** A number from the exponential distribution of that mean. */
export function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random());
}

/** One of `choices`, each as likely as the others. */
export function oneOf<Choice>(random: Random, choices: readonly [Choice, ...Choice[]]): Choice {
  return choices[Math.floor(random() * choices.length)] ?? choices[0];
}
