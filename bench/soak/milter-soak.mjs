import { compare, formatComparison, formatProgress } from "./comparison.mjs";
import { ENDINGS } from "./endings.mjs";
import { MilterChild } from "./milter-child.mjs";
import { SeededRandom } from "./random.mjs";
import { openSession } from "./session.mjs";
import { playWithin } from "./within.mjs";

/** Before the first measurement: by then the code is compiled and every table has its size. */
const WARM_UP_SHARE = 0.05;
const PROGRESS_STEPS = 10;

/** One connection of any kind; resolves to what was wrong with it, or to undefined. */
async function playOne(targets, random, ending) {
  const target = targets[random.below(targets.length)];
  const session = await openSession(target, random, ending.isStranger);
  const problem = await playWithin(session, ending.play);
  return problem && `${ending.name}: ${problem}`;
}

/** Plays one connection after another until they count for so many transactions. */
async function playLane(targets, random, lane) {
  for (let played = 0; played < lane.transactions;) {
    const ending = random.pick(ENDINGS);
    const problem = await playOne(targets, random, ending);
    if (problem !== undefined) lane.problems.push(problem);
    lane.endings.set(ending.name, (lane.endings.get(ending.name) ?? 0) + 1);
    played += ending.transactions;
  }
}

/** So many lanes at a time, until they have played so many transactions together. */
async function playAll(targets, randoms, { transactions, problems, endings }) {
  const each = Math.ceil(transactions / randoms.length);
  const lane = { transactions: each, problems, endings };
  await Promise.all(randoms.map((random) => playLane(targets, random, lane)));
  return each * randoms.length;
}

function formatEndings(endings) {
  const rows = [...endings].sort(([, left], [, right]) => right - left);
  return rows.map(([name, count]) => `${String(count).padStart(8)}  ${name}`).join("\n");
}

/** Resolves to whether everything came back to where it began, and every answer was right. */
export async function soakMilter({ transactions, connections, seed, leak, say }) {
  const randoms = Array.from({ length: connections }, (_, n) => new SeededRandom(seed * 1_009 + n));
  const result = { problems: [], endings: new Map() };
  const child = await MilterChild.start(leak);
  try {
    await playAll(child.targets, randoms, {
      ...result,
      endings: new Map(),
      transactions: Math.max(connections * 20, transactions * WARM_UP_SHARE),
    });
    const began = await child.measureQuiet();
    const started = performance.now();
    let done = 0;
    for (let step = 0; step < PROGRESS_STEPS; step += 1) {
      const part = { ...result, transactions: transactions / PROGRESS_STEPS };
      done += await playAll(child.targets, randoms, part);
      const seconds = (performance.now() - started) / 1_000;
      say(formatProgress(done, seconds, await child.measure()));
    }
    const ended = await child.measureQuiet();
    const rows = compare(began, ended);
    say(`\nconnections by how they ended:\n${formatEndings(result.endings)}`);
    say(`\nmessages: ${JSON.stringify(ended.messages)}`);
    say(`reports: ${JSON.stringify(ended.reports)}`);
    say(`\n${formatComparison(rows)}`);
    for (const problem of result.problems.slice(0, 10)) say(`wrong: ${problem}`);
    say(`${done} transactions, ${result.problems.length} answered wrongly (seed ${seed})`);
    return result.problems.length === 0 && !rows.some(({ hasGrown }) => hasGrown);
  } finally {
    await child.stop();
  }
}
