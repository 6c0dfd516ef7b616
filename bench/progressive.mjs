/**
 * What auto-learning reaches: each mail is judged by the model of the moment, then a noisy teacher labels it where it
 * is sure, and the model is made anew after every hundred labels. The teacher's score is drawn from N(±2, 1.5) and
 * counts beyond ±1, so that some 77 % of the mails are labelled and 2–3 % of the labels are wrong. Judged against the
 * true labels, at a threshold of .5, over the mails that came when 1,000 examples and more had been learnt.
 *
 *   npm run bench -- progressive [--table FILE.csv [--groups FILE] [--label NAME]] [--learner blend] [--seeds 10]
 *
 * Without a table only the synthetic flows are run, which are separable to 98 % and more.
 */
import { parseArgs } from "node:util";
import { runProgressively } from "../dist/training/progressive.js";
import { learnerNamed } from "../dist/training/learners/all-learners.js";
import { uniformNumbers } from "../dist/training/learners/draw-rows.js";
import { measure } from "../dist/training/metrics/measure.js";
import { readTable } from "../dist/training/read-table.js";

const TEACHER = { mean: 2, deviation: 1.5, sure: 1 };
const RETRAIN_EVERY = 100;
const LEARNT = [500, 1000];
const SYNTHETIC_ROWS = 2500;

function normalNumbers(seed) {
  const uniform = uniformNumbers(seed);
  for (let i = 0; i < 10; i += 1) uniform();
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** What the teacher says of a row, or undefined where it is not sure. */
function teacher(table, seed) {
  const normal = normalNumbers(seed * 7919 + 13);
  const labels = Array.from(table.labels, (label) => {
    const score = (label === 1 ? TEACHER.mean : -TEACHER.mean) + TEACHER.deviation * normal();
    if (Math.abs(score) < TEACHER.sure) return undefined;
    return score > 0 ? 1 : 0;
  });
  return { of: (row) => labels[row], labels };
}

/** Two kinds of hosts whose handshakes, idle times and retransmissions differ so far that 98 % and more can be told. */
function syntheticFlows(seed) {
  const uniform = uniformNumbers(seed * 104_729 + 7);
  const normal = normalNumbers(seed * 15_485_863 + 3);
  const labels = Uint8Array.from({ length: SYNTHETIC_ROWS }, () => (uniform() < 0.55 ? 1 : 0));
  const column = (of) => Float64Array.from(labels, of);
  const columns = {
    handshake_rtt: column((spam) => Math.exp((spam ? -1.3 : -3.4) + 0.65 * normal())),
    client_gap_variance: column((spam) => Math.exp((spam ? 0 : -2.6) + 1.0 * normal())),
    client_max_idle: column((spam) => Math.exp((spam ? 0.8 : 0) + 1.0 * normal())),
    client_retransmissions: column((spam) =>
      Math.floor(Math.exp((spam ? 0.9 : -0.6) + 0.8 * normal())),
    ),
    client_packets: column(() => 10 + Math.floor(30 * uniform())),
    client_min_window: column(() => 1000 * Math.floor(1 + 64 * uniform())),
  };
  const times = Float64Array.from(labels, (_, row) => row);
  return {
    names: Object.keys(columns),
    columns: Object.values(columns),
    labels,
    times,
    rows: labels.length,
  };
}

function figuresFrom(table, run, learnt) {
  const first = run.learnt.findIndex((count) => count >= learnt);
  if (first < 0) return undefined;
  const rows = run.rows.slice(first);
  const labels = Uint8Array.from(rows, (row) => table.labels[row]);
  const probabilities = Float64Array.from(run.probabilities.slice(first));
  const spam = labels.reduce((sum, label) => sum + label, 0) / labels.length;
  const { accuracy, precision, recall, auc, logLoss } = measure({ labels, probabilities }, 0.5);
  return {
    mails: labels.length,
    majority: Math.max(spam, 1 - spam),
    accuracy,
    precision,
    recall,
    auc,
    logLoss,
  };
}

function live(table, learner, seed) {
  const taught = teacher(table, seed);
  const run = runProgressively(table, learner, {
    feedback: { kind: "immediate" },
    seed,
    retrainEvery: RETRAIN_EVERY,
    teach: taught.of,
  });
  const labelled = taught.labels.filter((label) => label !== undefined).length;
  const wrong = taught.labels.filter(
    (label, row) => label !== undefined && label !== table.labels[row],
  ).length;
  const figures = LEARNT.map((learnt) => figuresFrom(table, run, learnt));
  return { figures, labelled: labelled / table.rows, wrong: wrong / Math.max(labelled, 1) };
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function report(title, lives) {
  const labelled = (100 * mean(lives.map((one) => one.labelled))).toFixed(1);
  const wrong = (100 * mean(lives.map((one) => one.wrong))).toFixed(2);
  console.log(
    `\n${title}: ${lives.length} seeds, ${labelled} % labelled, ${wrong} % of the labels wrong`,
  );
  console.log("  learnt   mails  majority  accuracy (lowest)  precision  recall    AUC  log loss");
  LEARNT.forEach((learnt, i) => {
    const figures = lives.map((one) => one.figures[i]).filter((one) => one !== undefined);
    if (figures.length < lives.length)
      return console.log(`  ≥ ${learnt}: not reached by all seeds`);
    const of = (key) => mean(figures.map((one) => one[key])).toFixed(3);
    const lowest = Math.min(...figures.map(({ accuracy }) => accuracy)).toFixed(3);
    const mails = Math.round(mean(figures.map((one) => one.mails)));
    console.log(
      `  ≥ ${String(learnt).padEnd(5)}${String(mails).padStart(7)}     ${of("majority")}     ${of("accuracy")}   (${lowest})      ` +
        `${of("precision")}   ${of("recall")}  ${of("auc")}     ${of("logLoss")}`,
    );
  });
}

/** A share of the larger class beside every figure: what an answer that never changes would have right. */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      table: { type: "string" },
      groups: { type: "string" },
      label: { type: "string", default: "label" },
      learner: { type: "string", default: "blend" },
      seeds: { type: "string", default: "10" },
    },
  });
  const learner = learnerNamed(values.learner);
  const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);
  console.log(`learner ${values.learner}, a new model after every ${RETRAIN_EVERY} labels`);
  if (values.table !== undefined) {
    const columns = { label: values.label, senderFile: values.groups };
    const { table } = await readTable(values.table, columns);
    report(
      values.table.split("/").at(-1),
      seeds.map((seed) => live(table, learner, seed)),
    );
  }
  report(
    "synthetic flows",
    seeds.map((seed) => live(syntheticFlows(seed), learner, seed)),
  );
}
