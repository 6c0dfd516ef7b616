import { join } from "node:path";
import type { TrainingJob } from "../training/index.ts";
import { loadSettings } from "./config/load.ts";
import { CommandError, EXIT } from "./exit-codes.ts";

/** The arguments of `train`, as yargs gives them. */
export interface TrainArguments {
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
  readonly thorough: boolean;
  readonly report: string | undefined;
  readonly config: string | undefined;
  readonly state: string | undefined;
}

/** What the arguments must not be, each with what is said of it. */
const REFUSALS: readonly (readonly [(args: TrainArguments) => boolean, string])[] = [
  [
    ({ table, files = [] }) => table !== undefined && files.length > 0,
    "either files of examples or --table",
  ],
  [
    ({ table, files = [] }) => table === undefined && files.length === 0,
    "name files of examples (JSON Lines), or --table",
  ],
  [
    ({ table, out }) => table !== undefined && out === undefined,
    "--table wants --out: the daemon's own model is made of its own features, not of a table's columns",
  ],
  [
    (args) => args.groups !== undefined && args["group-column"] !== undefined,
    "either --groups or --group-column",
  ],
  [
    ({ "max-fpr": rate }) => rate !== undefined && !(rate > 0 && rate < 1),
    "--max-fpr is a share above 0 and below 1",
  ],
  [
    ({ split }) => split !== "time",
    "--split: only time is possible. A random split puts mails of one sender, and of one hour, on both sides, " +
      "and promises what no later mail keeps",
  ],
];

/**
 * The job that the arguments ask for.
 *
 * @throws CommandError 64 where they contradict each other or ask for what would mislead
 */
export async function trainingJob(args: TrainArguments): Promise<TrainingJob> {
  const refused = REFUSALS.find(([applies]) => applies(args));
  if (refused !== undefined) throw new CommandError(EXIT.usage, `train: ${refused[1]}`);
  return {
    source: sourceOf(args),
    target: await targetOf(args),
    thorough: args.thorough,
    page: args.report,
    options: {
      learner: args.learner,
      seed: args.seed,
      time: Date.now() / 1000,
      maxFpr: args["max-fpr"],
    },
  };
}

function sourceOf({
  table,
  files = [],
  label = "label",
  ...args
}: TrainArguments): TrainingJob["source"] {
  if (table === undefined) return { kind: "examples", files };
  const columns = { label, sender: args["group-column"], senderFile: args.groups };
  return { kind: "table", path: table, columns };
}

/** --out, else where the daemon looks for its model. */
async function targetOf({ out, config, state }: TrainArguments): Promise<TrainingJob["target"]> {
  if (out !== undefined) return { kind: "file", path: out };
  const settings = await loadSettings(config, { state });
  const present = settings.model ?? join(settings.state, "model.json");
  return { kind: "store", state: settings.state, present };
}
