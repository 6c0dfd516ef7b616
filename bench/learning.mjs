/**
 * Learning against the clock: boosting and forest beside scikit-learn in CPU time of one thread, then the default
 * learner in a fresh process. Options: `--rows 100000`, `--features 40`, `--without forest` for a short run.
 */
import { spawnSync } from "node:child_process";
import os from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DEFAULT_LEARNER, measure } from "../dist/training/index.js";
import { askPeer, hasPeer } from "./learning/peer.mjs";
import { generatedRows } from "./learning/generated-rows.mjs";
import { machineLine, markdownTable } from "./measuring/table.mjs";

const OPTIONS = {
  rows: { type: "string", default: "100000" },
  features: { type: "string", default: "40" },
  without: { type: "string", default: "" },
};
const JUDGED_ROWS = 20_000;
const CHILD = join(import.meta.dirname, "learning", "fit-child.mjs");

/** What is compared with which learner of the peer, and the bound of the ratio of their times. */
const COMPARED = [
  { peer: "boosting", ours: "boosting, all rows for each tree", bound: 2 },
  { peer: "boosting", ours: "boosting, half of the rows for each tree", bound: 2 },
  { peer: "forest", ours: "forest, leaves without bound", bound: 1 },
  { peer: "forest", ours: "forest, 400 leaves a tree", bound: 1 },
];

function inChild(settings) {
  const args = ["--max-old-space-size=8192", CHILD, JSON.stringify(settings)];
  const result = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 2 ** 30 });
  if (result.status !== 0) throw new Error(`${settings.what}: ${result.stderr}`);
  return JSON.parse(result.stdout);
}

function figuresOf({ labels, probabilities }) {
  const scored = {
    labels: Uint8Array.from(labels),
    probabilities: Float64Array.from(probabilities),
  };
  const { auc, logLoss } = measure(scored, 0.5);
  return [auc.toFixed(4), logLoss.toFixed(4)];
}

function compare({ rows, features, without }) {
  const train = generatedRows({ rows, features, seed: 1 });
  const test = generatedRows({ rows: JUDGED_ROWS, features, seed: 2 });
  const peers = new Map();
  const lines = [];
  const present = hasPeer();
  for (const { peer, ours, bound } of COMPARED.filter(({ peer }) => peer !== without)) {
    if (present && !peers.has(peer)) {
      const answer = askPeer(peer, train, test);
      peers.set(peer, answer.cpuSeconds);
      const name = `scikit-learn ${answer.version}, ${peer}`;
      const figures = figuresOf({ labels: test.labels, ...answer });
      lines.push([name, answer.cpuSeconds.toFixed(2), "1", ...figures]);
    }
    const answer = inChild({ what: ours, rows, features, test: JUDGED_ROWS });
    const ratio = answer.cpuSeconds / (peers.get(peer) ?? NaN);
    const verdict = present ? `${ratio.toFixed(2)} (≤ ${bound.toFixed(1)})` : "–";
    lines.push([ours, answer.cpuSeconds.toFixed(2), verdict, ...figuresOf(answer)]);
  }
  return lines;
}

function defaultLearner(rows) {
  const answer = inChild({ what: DEFAULT_LEARNER, rows, features: 15, test: 5_000 });
  return [
    `${rows} × 15`,
    answer.seconds.toFixed(2),
    answer.cpuSeconds.toFixed(2),
    (answer.bytes / 1e6).toFixed(2),
    answer.loadMs.toFixed(0),
    answer.predictionUs.toFixed(0),
    ...figuresOf(answer),
  ];
}

export function run(args) {
  const { values } = parseArgs({ args, options: OPTIONS });
  const size = { rows: Number(values.rows), features: Number(values.features) };
  process.stdout.write(`${machineLine(os)}\n\n${size.rows} rows × ${size.features} features\n\n`);
  const lines = compare({ ...size, without: values.without });
  const head = ["", "CPU s", "of the peer's", "AUC", "log loss"];
  process.stdout.write(`${markdownTable(head, lines)}\n\n`);
  process.stdout.write(`${DEFAULT_LEARNER} in a fresh process, with its start\n\n`);
  const fresh = ["rows", "s", "CPU s", "MB", "load ms", "prediction µs", "AUC", "log loss"];
  process.stdout.write(`${markdownTable(fresh, [1_500, 20_000].map(defaultLearner))}\n`);
}
