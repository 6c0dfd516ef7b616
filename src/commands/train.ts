import type { CommandModule } from "yargs";
import {
  DEFAULT_LEARNER,
  formatReport,
  LEARNERS,
  trainInBackground,
  type TrainingOutcome,
} from "../../training/index.ts";
import { writeOut } from "../output.ts";
import { type TrainArguments, trainingJob } from "../train-arguments.ts";

function say(line: string): void {
  process.stderr.write(`spamflow: ${line}\n`);
}

/** Whoever looks on sees what it is at; a file of logs needs no such lines. */
function sayStep(step: string): void {
  if (process.stderr.isTTY) say(`${step} …`);
}

/** Ends with this process: a training that nobody waits for any more is cancelled. */
function cancelledBySignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      controller.abort();
    });
  }
  return controller.signal;
}

const OUTCOMES = {
  promoted: "in force",
  aside: "kept aside",
  waiting: "waits",
} as const;

function outcomeText({ report, file, decision, settled }: TrainingOutcome): string {
  const lines = [
    ...(settled === null
      ? []
      : [
          `${settled.name} had waited: ${OUTCOMES[settled.decision.kind]}: ${settled.decision.reason}`,
        ]),
    ...(decision === null
      ? []
      : [`${report.model}: ${OUTCOMES[decision.kind]}: ${decision.reason}`]),
    `written to ${file}`,
  ];
  return `${lines.join("\n")}\n`;
}

async function runTraining(args: TrainArguments): Promise<void> {
  const job = await trainingJob(args);
  const outcome = await trainInBackground(job, { onStep: sayStep, signal: cancelledBySignals() });
  for (const { why, columns } of outcome.leftOut) say(`${why}, left out: ${columns.join(", ")}`);
  const { report, details, file, decision, settled } = outcome;
  await writeOut(
    args.json
      ? `${JSON.stringify({ ...report, file, decision, settled, details }, null, 2)}\n`
      : `${formatReport(report)}\n${outcomeText(outcome)}`,
  );
}

export const trainCommand: CommandModule<object, TrainArguments> = {
  command: "train [files..]",
  describe: "Learns a model from labelled flows",
  builder: (args) =>
    args
      .positional("files", {
        type: "string",
        array: true,
        describe: "examples as JSON Lines: extract's objects with label and teacher",
      })
      .option("table", { type: "string", describe: "a CSV table instead of examples" })
      .option("label", {
        type: "string",
        describe: "the table's column of labels",
        implies: "table",
      })
      .option("groups", {
        type: "string",
        implies: "table",
        describe: "a CSV file with the sender of each row in its last column, to split by",
      })
      .option("group-column", {
        type: "string",
        implies: "table",
        describe: "the table's column that names the sender, to split by; no feature",
      })
      .option("split", {
        type: "string",
        default: "time",
        describe: "how it is judged: time, learnt from the earlier and judged on the later rows",
      })
      .option("max-fpr", {
        type: "number",
        describe: "wanted false-positive rate, such as 0.001: chooses the model's threshold",
      })
      .option("learner", {
        type: "string",
        choices: [...LEARNERS.keys()],
        default: DEFAULT_LEARNER,
        describe: "what learns",
      })
      .option("out", {
        type: "string",
        describe: "a model file of its own; without it the model goes to the store of the daemon",
      })
      .option("report", { type: "string", describe: "write a page for people, with plots" })
      .option("thorough", {
        type: "boolean",
        default: false,
        describe:
          "with --json: also the figures of the four regimes of feedback, and what is drawn",
      })
      .option("seed", { type: "number", default: 1, describe: "seed of what is drawn at random" })
      .option("json", { type: "boolean", default: false, describe: "print the report as JSON" })
      .option("config", { type: "string", describe: "configuration file" })
      .option("state", { type: "string", describe: "state folder of the daemon" }),
  handler: runTraining,
};
