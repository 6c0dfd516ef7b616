/**
 * Long runs of the milter under peers that do what they should not, to see that it gives back what it takes.
 *
 *   npm run soak -- milter   [--transactions 200000] [--connections 50] [--seed N]
 *   npm run soak -- badinput [--rounds 1000] [--connections 8]
 *
 * `--leak BYTES` lets the milter keep so much of each connection, to see that the run notices. Exit status: 0 all came back, 1 something grew or was answered wrongly, 64 usage.
 */
import { parseArgs } from "node:util";

import { soakBadInput } from "./soak/bad-input-soak.mjs";
import { soakMilter } from "./soak/milter-soak.mjs";

const EX_USAGE = 64;

const RUNS = {
  milter: {
    run: soakMilter,
    numbers: { transactions: 200_000, connections: 50, seed: Date.now() % 1e6, leak: 0 },
  },
  badinput: { run: soakBadInput, numbers: { rounds: 1_000, connections: 8, leak: 0 } },
};

function usageError(text) {
  process.stderr.write(`soak: ${text}\n`);
  process.exit(EX_USAGE);
}

/** The numbers of a run, each of them an option with a default. */
function readNumbers(defaults, args) {
  const options = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [
      name,
      { type: "string", default: `${value}` },
    ]),
  );
  const { values } = parseArgs({ args, options });
  return Object.fromEntries(
    Object.entries(values).map(([name, text]) => {
      const least = Math.min(1, defaults[name]);
      if (/^\d+$/.test(text) && Number(text) >= least) return [name, Number(text)];
      throw new Error(`--${name} ${text}: a whole number from ${least}`);
    }),
  );
}

const [name, ...args] = process.argv.slice(2);
const chosen = Object.hasOwn(RUNS, name ?? "") ? RUNS[name] : undefined;
if (chosen === undefined) usageError(`soak ${Object.keys(RUNS).join("|")}, not ${name}`);

let numbers;
try {
  numbers = readNumbers(chosen.numbers, args);
} catch (error) {
  usageError(error.message);
}
const say = (line) => process.stdout.write(`${line}\n`);
say(`${name}: ${JSON.stringify(numbers)}, Node ${process.versions.node}`);
const hasPassed = await chosen.run({ ...numbers, say });
say(hasPassed ? "passed" : "FAILED");
process.exitCode = hasPassed ? 0 : 1;
