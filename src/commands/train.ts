import { join } from "node:path";
import type { CommandModule } from "yargs";
import {
  formatReport,
  LEARNERS,
  readExamples,
  readTable,
  saveModel,
  train,
  trainOnTable,
  versionAt,
  type Example,
  type TrainingResult,
} from "../../training/index.ts";
import { loadSettings } from "../config/load.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { writeOut } from "../output.ts";

interface TrainArguments {
  readonly files: readonly string[] | undefined;
  readonly table: string | undefined;
  readonly label: string | undefined;
  readonly learner: string;
  readonly out: string | undefined;
  readonly seed: number;
  readonly json: boolean;
  readonly config: string | undefined;
  readonly state: string | undefined;
}

/** Where the model goes: --out, else where the daemon looks for it. */
async function destination({ out, config, state }: TrainArguments): Promise<string> {
  if (out !== undefined) return out;
  const settings = await loadSettings(config, { state });
  return settings.model ?? join(settings.state, "model.json");
}

async function readAll(files: readonly string[]): Promise<readonly Example[]> {
  const examples: Example[] = [];
  for (const file of files) {
    for (const example of await readExamples(file)) examples.push(example);
  }
  return examples;
}

function sayIgnored(ignored: readonly string[]): void {
  if (ignored.length === 0) return;
  process.stderr.write(`spamflow: not numeric, left out: ${ignored.join(", ")}\n`);
}

async function learn(args: TrainArguments, version: number): Promise<TrainingResult> {
  const options = { learner: args.learner, version, seed: args.seed, time: Date.now() / 1000 };
  const files = args.files ?? [];
  if (args.table !== undefined && files.length > 0) {
    throw new CommandError(EXIT.usage, "train: either files of examples or --table");
  }
  if (args.table !== undefined) {
    const { table, ignored } = await readTable(args.table, args.label ?? "label");
    sayIgnored(ignored);
    return trainOnTable(table, options);
  }
  if (files.length === 0) {
    throw new CommandError(EXIT.usage, "train: name files of examples (JSON Lines), or --table");
  }
  return train(await readAll(files), options);
}

async function runTraining(args: TrainArguments): Promise<void> {
  const out = await destination(args);
  const { model, report } = await learn(args, (await versionAt(out)) + 1);
  await saveModel(out, model);
  const text = args.json
    ? `${JSON.stringify({ ...report, file: out }, null, 2)}\n`
    : `${formatReport(report)}\nwritten to ${out}\n`;
  await writeOut(text);
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
      .option("learner", {
        type: "string",
        choices: [...LEARNERS.keys()],
        default: "logistic",
        describe: "what learns",
      })
      .option("out", { type: "string", describe: "the model file [STATE/model.json]" })
      .option("seed", { type: "number", default: 1, describe: "seed of what is drawn at random" })
      .option("json", { type: "boolean", default: false, describe: "print the report as JSON" })
      .option("config", { type: "string", describe: "configuration file" })
      .option("state", { type: "string", describe: "state folder of the daemon" }),
  handler: runTraining,
};
