/**
 * One training in a process of its own, which prints what it took as JSON: `fit-child.mjs SETTINGS`, JSON too, with
 * `what` (a key of FITS, or the name of a learner), `rows`, `features` and `test`, the number of rows to judge.
 */
import { LEARNERS } from "../../dist/training/index.js";
import { binValues } from "../../dist/training/learners/binning.js";
import { binRows } from "../../dist/training/learners/binned-rows.js";
import { sumOfTrees } from "../../dist/training/learners/ensemble.js";
import { FOREST } from "../../dist/training/learners/forest.js";
import { growBoosting } from "../../dist/training/learners/grow-boosting.js";
import { growForest } from "../../dist/training/learners/grow-forest.js";
import { packTrees, unpackTrees } from "../../dist/training/learners/packed-trees.js";
import { rowValues } from "../../dist/training/table.js";
import { generatedRows } from "./generated-rows.mjs";

const SEED = { seed: 1 };

/** scikit-learn's defaults. */
const LIKE_THE_PEER = {
  rounds: 100,
  learningRate: 0.1,
  maxLeaves: 31,
  minLeaf: 20,
  l2: 0,
  rowShare: 1,
};

function boosted(settings) {
  return (table) => {
    const rows = binRows(table, undefined);
    const { base, trees } = growBoosting(rows, settings, SEED);
    return { rows, trees, probability: (sum) => 1 / (1 + Math.exp(-base - sum)) };
  };
}

function forest(settings) {
  return (table) => {
    const rows = binRows(table, undefined);
    const trees = growForest(rows, settings, SEED);
    return { rows, trees, probability: (sum) => sum / trees.length };
  };
}

const FITS = {
  "boosting, all rows for each tree": boosted(LIKE_THE_PEER),
  "boosting, half of the rows for each tree": boosted({ ...LIKE_THE_PEER, rowShare: 0.5 }),
  "forest, leaves without bound": forest({ ...FOREST, maxLeaves: Infinity }),
  "forest, 400 leaves a tree": forest(FOREST),
};

function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Bare trees: what growing them takes, and what they say of the rows to judge. */
function fitTrees(fit, table, judged) {
  const start = cpuSeconds();
  const { rows, trees, probability } = fit(table);
  const seconds = cpuSeconds() - start;
  const ensemble = unpackTrees(packTrees(trees), table.names.length, "trees");
  const probabilities = judged.map((values) =>
    probability(sumOfTrees(ensemble, binValues(values, rows.edges))),
  );
  return { cpuSeconds: seconds, probabilities };
}

/** A learner as `train` uses it, and its model. `seconds` counts from the start of the process. */
function fitLearner(learner, table, judged) {
  const start = cpuSeconds();
  const predictor = learner.fit(table, SEED);
  const fitted = { cpuSeconds: cpuSeconds() - start, seconds: performance.now() / 1000 };
  const text = JSON.stringify(predictor.parameters());
  const loading = performance.now();
  const restored = learner.restore(JSON.parse(text), table.names);
  const loadMs = performance.now() - loading;
  const probabilities = judged.map((values) => restored.probability(values));
  const warm = cpuSeconds();
  for (const values of judged) restored.probability(values);
  const predictionUs = ((cpuSeconds() - warm) / judged.length) * 1e6;
  return { ...fitted, bytes: text.length, loadMs, predictionUs, probabilities };
}

const { what, rows, features, test } = JSON.parse(process.argv[2]);
const table = generatedRows({ rows, features, seed: 1 });
const later = generatedRows({ rows: test, features, seed: 2 });
const judged = Array.from({ length: test }, (_, row) => rowValues(later, row));
const learner = LEARNERS.get(what);
const answer = learner ? fitLearner(learner, table, judged) : fitTrees(FITS[what], table, judged);
process.stdout.write(JSON.stringify({ ...answer, labels: [...later.labels] }));
