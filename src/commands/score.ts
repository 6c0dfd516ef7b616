import { join } from "node:path";
import type { CommandModule } from "yargs";
import { FEATURE_NAMES, type ExtractedFlow } from "../../features/index.ts";
import {
  loadModel,
  readColumns,
  shiftedScores,
  type Model,
  type Prior,
} from "../../training/index.ts";
import { loadSettings } from "../config/load.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { flowFormatter, type PrintedFlow } from "../flow-format.ts";
import { isSpam } from "../header.ts";
import { DEFAULT_REQUIRED } from "../judgement.ts";
import { LineOutput } from "../output.ts";
import { readFlows } from "../read-flows.ts";
import {
  CAPTURES,
  captureOptions,
  portsOf,
  summarySink,
  type CaptureArguments,
} from "./capture-arguments.ts";

interface ScoreArguments extends Omit<CaptureArguments, "captures"> {
  readonly captures: readonly string[] | undefined;
  readonly model: string | undefined;
  readonly table: string | undefined;
  readonly prior: string;
  readonly config: string | undefined;
  readonly state: string | undefined;
}

async function modelPath({ model, config, state }: ScoreArguments): Promise<string> {
  if (model !== undefined) return model;
  const settings = await loadSettings(config, { state });
  return settings.model ?? join(settings.state, "model.json");
}

/** As the daemon would: a flow that is not complete gets no score. */
function scored(flow: ExtractedFlow, model: Model): PrintedFlow {
  if (!flow.complete) return { ...flow, score: null, verdict: "Unknown" };
  const score = model.probability(flow.features);
  const required = model.threshold ?? DEFAULT_REQUIRED;
  return { ...flow, score, verdict: isSpam(score, required) ? "Yes" : "No" };
}

/** `train`, `auto`, or a share of spam between 0 and 1. */
function priorOf(text: string): Prior {
  if (text === "train" || text === "auto") return { kind: text };
  const share = Number(text);
  if (text.trim() !== "" && share > 0 && share < 1) return { kind: "share", share };
  throw new CommandError(
    EXIT.usage,
    `--prior ${text}: train, auto, or a share of spam above 0 and below 1`,
  );
}

async function scoreTable(path: string, model: Model, prior: Prior): Promise<void> {
  const output = new LineOutput();
  const columns = await readColumns(path, model.features);
  for (const score of shiftedScores(model, columns, prior)) output.add(JSON.stringify({ score }));
  output.flush();
}

async function scoreCaptures(args: CaptureArguments, model: Model): Promise<void> {
  const output = new LineOutput();
  const formatter = flowFormatter(args.format, { cut: "message", scored: true });
  if (formatter.heading !== undefined) output.add(formatter.heading);
  try {
    await readFlows({
      captures: args.captures,
      cut: "message",
      ports: portsOf(args),
      onFlow: (flow) => {
        output.add(formatter.line(scored(flow, model)));
      },
      say: summarySink(args),
    });
  } finally {
    output.flush();
  }
}

async function score(args: ScoreArguments): Promise<void> {
  const prior = priorOf(args.prior);
  const path = await modelPath(args);
  if (args.table !== undefined) {
    await scoreTable(args.table, await loadModel(path), prior);
    return;
  }
  const { captures } = args;
  if (captures === undefined || captures.length === 0) {
    throw new CommandError(EXIT.usage, "score: name captures, or --table");
  }
  await scoreCaptures({ ...args, captures }, await loadModel(path, FEATURE_NAMES));
}

export const scoreCommand: CommandModule<object, ScoreArguments> = {
  command: "score [captures..]",
  describe: "The messages of captures, with their features and the score of a model",
  builder: (args) =>
    captureOptions(args.positional("captures", CAPTURES))
      .option("table", { type: "string", describe: "score the rows of a CSV table instead" })
      .option("prior", {
        type: "string",
        default: "auto",
        describe:
          "share of spam that a table's scores stand for: auto (by the scores before), train, or a number",
      })
      .option("model", { type: "string", describe: "the model file [STATE/model.json]" })
      .option("config", { type: "string", describe: "configuration file" })
      .option("state", { type: "string", describe: "state folder of the daemon" }),
  handler: score,
};
