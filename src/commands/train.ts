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
  type Table,
  type TrainingResult,
} from "../../training/index.ts";
import { loadSettings } from "../config/load.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { writeOut } from "../output.ts";

interface TrainArguments {
  readonly files: readonly string[] | undefined;
  readonly table: string | undefined;
  readonly label: string | undefined;
  readonly groups: string | undefined;
  readonly "group-column": string | undefined;
  readonly split: string;
  readonly "max-fpr": number | undefined;
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

function sayLeftOut(why: string, columns: readonly string[]): void {
  if (columns.length === 0) return;
  process.stderr.write(`spamflow: ${why}, left out: ${columns.join(", ")}\n`);
}

async function readLabelledTable(path: string, args: TrainArguments): Promise<Table> {
  const read = await readTable(path, {
    label: args.label ?? "label",
    sender: args["group-column"],
    senderFile: args.groups,
  });
  sayLeftOut("not numeric", read.ignored);
  sayLeftOut("the same in every row", read.constant);
  return read.table;
}

/** What the arguments contradict themselves in, or ask for that would mislead. */
function checkArguments({ files, table, split, ...args }: TrainArguments): void {
  const given = files ?? [];
  if (table !== undefined && given.length > 0)
    throw new CommandError(EXIT.usage, "train: either files of examples or --table");
  if (table === undefined && given.length === 0)
    throw new CommandError(EXIT.usage, "train: name files of examples (JSON Lines), or --table");
  if (args.groups !== undefined && args["group-column"] !== undefined)
    throw new CommandError(EXIT.usage, "train: either --groups or --group-column");
  const maxFpr = args["max-fpr"];
  if (maxFpr !== undefined && !(maxFpr > 0 && maxFpr < 1))
    throw new CommandError(EXIT.usage, "train: --max-fpr is a share above 0 and below 1");
  if (split !== "time")
    throw new CommandError(
      EXIT.usage,
      `train: --split ${split}: only time is possible. A random split puts mails of one sender, and of one hour, ` +
        "on both sides, and promises what no later mail keeps",
    );
}

async function learn(args: TrainArguments, version: number): Promise<TrainingResult> {
  checkArguments(args);
  const options = {
    learner: args.learner,
    version,
    seed: args.seed,
    time: Date.now() / 1000,
    maxFpr: args["max-fpr"],
  };
  return args.table === undefined
    ? train(await readAll(args.files ?? []), options)
    : trainOnTable(await readLabelledTable(args.table, args), options);
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
