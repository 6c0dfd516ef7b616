/**
 * All learners on a table of labelled flows: learnt from the earlier 60 % of the rows, judged on the later 40 %, mean of
 * the seeds; with `--groups FILE` (last column, row for row) also without the rows of the most frequent sender. Options:
 * `--table FILE`, `--label label`, `--groups FILE`, `--seeds 5`. Beside them scikit-learn on the same rows.
 */
import os from "node:os";
import { parseArgs } from "node:util";
import {
  LEARNERS,
  measure,
  PriorEstimator,
  probabilityOf,
  readTable,
} from "../dist/training/index.js";
import { rowValues, selectRows } from "../dist/training/table.js";
import { askPeer, hasPeer } from "./learning/peer.mjs";
import { machineLine, markdownTable } from "./measuring/table.mjs";

const OPTIONS = {
  table: { type: "string" },
  label: { type: "string", default: "label" },
  groups: { type: "string" },
  seeds: { type: "string", default: "5" },
};
const EX_USAGE = 64;
const LEARNT_SHARE = 0.6;
const PEERS = ["forest", "boosting", "gentle-boosting", "logistic"];

const FIGURES = [
  ["acc", "accuracy", 3],
  ["prec", "precision", 3],
  ["rec", "recall", 3],
  ["AUC", "auc", 3],
  ["TPR@1 %", "recallAt1PercentFpr", 2],
  ["TPR@5 %", "recallAt5PercentFpr", 2],
  ["log loss", "logLoss", 3],
  ["Brier", "brier", 3],
  ["ECE", "calibrationError", 3],
];

function splitByTime(table) {
  const rows = Array.from({ length: table.rows }, (_, row) => row);
  const cut = Math.floor(table.rows * LEARNT_SHARE);
  return [selectRows(table, rows.slice(0, cut)), selectRows(table, rows.slice(cut))];
}

function figuresOf(labels, probabilities) {
  const metrics = measure({ labels, probabilities: Float64Array.from(probabilities) }, 0.5);
  return FIGURES.map(([, key]) => metrics[key] ?? NaN);
}

function meanOf(lines) {
  return FIGURES.map((_, i) => lines.reduce((sum, line) => sum + line[i], 0) / lines.length);
}

function rowsOf(table) {
  return Array.from({ length: table.rows }, (_, row) => rowValues(table, row));
}

/** Probabilities in the order of time, each with the shift that the scores before it suggest. */
function withShift(predictor, table, trainedShare) {
  const estimator = new PriorEstimator(trainedShare);
  return rowsOf(table).map((values) => {
    const logOdds = predictor.logOdds(values);
    const probability = probabilityOf(logOdds + estimator.shift);
    estimator.observe(logOdds);
    return probability;
  });
}

/** A line for the learner, and for the blend one more with the shift for the present share of spam. */
function linesOf(learner, past, later, seeds) {
  const plain = [];
  const shifted = [];
  const share = past.labels.reduce((sum, label) => sum + label, 0) / past.rows;
  const start = process.cpuUsage();
  const predictors = seeds.map((seed) => learner.fit(past, { seed }));
  const { user, system } = process.cpuUsage(start);
  for (const predictor of predictors) {
    const values = rowsOf(later).map((row) => predictor.probability(row));
    plain.push(figuresOf(later.labels, values));
    shifted.push(figuresOf(later.labels, withShift(predictor, later, share)));
  }
  const bytes = JSON.stringify(predictors[0].parameters()).length;
  const cost = [((user + system) / 1e6 / seeds.length).toFixed(2), (bytes / 1000).toFixed(0)];
  const line = [learner.name, ...written(meanOf(plain)), ...cost];
  if (learner.name !== "blend") return [line];
  return [line, ["blend, `--prior auto`", ...written(meanOf(shifted)), "", ""]];
}

function written(figures) {
  return figures.map((figure, i) => figure.toFixed(FIGURES[i][2]));
}

function peerLine(name, past, later) {
  const { version, cpuSeconds, probabilities } = askPeer(name, past, later);
  const figures = written(figuresOf(later.labels, probabilities));
  return [`scikit-learn ${version}, ${name}`, ...figures, cpuSeconds.toFixed(2), ""];
}

function describe(title, table, seeds) {
  const [past, later] = splitByTime(table);
  const spam = (labels) => labels.reduce((sum, label) => sum + label, 0);
  const counts = ({ rows, labels }) => `${rows} rows (${spam(labels)} spam)`;
  process.stdout.write(`${title}: learnt from ${counts(past)}, judged on ${counts(later)}\n\n`);
  const ours = [...LEARNERS.values()].flatMap((learner) => linesOf(learner, past, later, seeds));
  const peers = hasPeer() ? PEERS.map((name) => peerLine(name, past, later)) : [];
  const head = ["", ...FIGURES.map(([name]) => name), "fit, CPU s", "kB"];
  process.stdout.write(`${markdownTable(head, [...ours, ...peers])}\n\n`);
}

/** The rows whose sender is not the most frequent one. */
function withoutDominant(table) {
  const counts = new Map();
  for (const group of table.groups) counts.set(group, (counts.get(group) ?? 0) + 1);
  const [[dominant, count]] = [...counts].sort(([, one], [, other]) => other - one);
  const rows = [...table.groups.keys()].filter((row) => table.groups[row] !== dominant);
  return { table: selectRows(table, rows), count };
}

export async function run(args) {
  const { values } = parseArgs({ args, options: OPTIONS });
  if (values.table === undefined) {
    process.stderr.write("bench: learners: name the table: --table FILE.csv\n");
    return EX_USAGE;
  }
  const columns = { label: values.label, senderFile: values.groups };
  const { table } = await readTable(values.table, columns);
  const seeds = Array.from({ length: Number(values.seeds) }, (_, seed) => seed + 1);
  process.stdout.write(`${machineLine(os)}\n\n`);
  if (values.groups !== undefined) {
    const { table: rest, count } = withoutDominant(table);
    describe(`Without the most frequent sender (${count} rows)`, rest, seeds);
  }
  describe("All rows", table, seeds);
  return 0;
}
