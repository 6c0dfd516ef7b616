import { compare, formatComparison, formatProgress } from "./comparison.mjs";
import { HOSTILE_INPUTS } from "./hostile-inputs.mjs";
import { MilterChild } from "./milter-child.mjs";
import { SeededRandom } from "./random.mjs";
import { openSession, playGood } from "./session.mjs";
import { playWithin } from "./within.mjs";

const WARM_UP_SHARE = 0.05;
const LEAST_WARM_UP = 3;
const PROGRESS_STEPS = 10;

/** One input on a connection of its own, and a good message on the next; resolves to what was wrong. */
async function playInput(targets, random, { name, play, isStranger }) {
  const target = targets[random.below(targets.length)];
  const session = await openSession(target, random, isStranger);
  const problem = await playWithin(session, play);
  if (problem !== undefined) return `${name}: ${problem}`;
  const after = await playWithin(await openSession(target, random), playGood);
  return after && `the good message after ${name}: ${after}`;
}

/** All inputs, so many times, spread over lanes that play side by side. */
async function playRounds(targets, randoms, rounds, problems) {
  let left = rounds;
  const lane = async (random) => {
    for (; left > 0;) {
      left -= 1;
      for (const input of HOSTILE_INPUTS) {
        const problem = await playInput(targets, random, input);
        if (problem !== undefined) problems.push(problem);
      }
    }
  };
  await Promise.all(randoms.map(lane));
}

/** Resolves to whether the milter served every good message and gave everything back. */
export async function soakBadInput({ rounds, connections, leak, say }) {
  const randoms = Array.from({ length: connections }, (_, n) => new SeededRandom(n + 1));
  const problems = [];
  const child = await MilterChild.start(leak);
  try {
    const warmUp = Math.max(LEAST_WARM_UP, Math.ceil(rounds * WARM_UP_SHARE));
    await playRounds(child.targets, randoms, warmUp, problems);
    const began = await child.measureQuiet();
    const started = performance.now();
    for (let step = 1; step <= PROGRESS_STEPS; step += 1) {
      const [done, next] = [step - 1, step].map((n) => Math.round((rounds * n) / PROGRESS_STEPS));
      await playRounds(child.targets, randoms, next - done, problems);
      say(formatProgress(next, (performance.now() - started) / 1_000, await child.measure()));
    }
    const ended = await child.measureQuiet();
    const rows = compare(began, ended);
    say(`\nreports: ${JSON.stringify(ended.reports)}`);
    say(`\n${formatComparison(rows)}`);
    for (const problem of problems.slice(0, 10)) say(`wrong: ${problem}`);
    say(`${rounds} rounds of ${HOSTILE_INPUTS.length} inputs, ${problems.length} problems`);
    return problems.length === 0 && !rows.some(({ hasGrown }) => hasGrown);
  } finally {
    await child.stop();
  }
}
