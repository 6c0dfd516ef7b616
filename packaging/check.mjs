/**
 * What each commit passes: types, lint, format, unit tests. The lint takes as long as the rest together, so it runs
 * beside it; the output of each step comes in one piece. Exit status 1 when a step fails.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
// What did not change is not looked at again where that is safe: the lint is not, as it needs the types of other files.
const LANES = [
  ["eslint --max-warnings 0 .", "prettier --check --cache --cache-strategy content ."],
  [
    "tsc --incremental --tsBuildInfoFile node_modules/.cache/check.tsbuildinfo",
    "vitest run --project unit --reporter=dot",
  ],
];

/** Runs one step and prints what it said; true when it passed. */
function passes(step) {
  const [program, ...args] = step.split(" ");
  const started = performance.now();
  const child = spawn(join(root, "node_modules/.bin", program), args, { cwd: root });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      said += chunk;
    });
  }
  return new Promise((resolve) => {
    child.once("error", (error) => {
      said += error.message;
    });
    child.once("close", (status) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(0);
      process.stdout.write(
        `${said.trimEnd()}\n${status === 0 ? "✓" : "✗"} ${step} (${seconds} s)\n`,
      );
      resolve(status === 0);
    });
  });
}

async function runLane(steps) {
  const outcomes = [];
  for (const step of steps) outcomes.push(await passes(step));
  return outcomes.every(Boolean);
}

const outcomes = await Promise.all(LANES.map(runLane));
process.exitCode = outcomes.every(Boolean) ? 0 : 1;
