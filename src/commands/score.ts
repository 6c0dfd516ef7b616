import { join } from "node:path";
import type { CommandModule } from "yargs";
import { FEATURE_NAMES, type ExtractedFlow } from "../../features/index.ts";
import { loadModel, readColumns, scoreRows, type Model } from "../../training/index.ts";
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

async function scoreTable(path: string, model: Model): Promise<void> {
  const output = new LineOutput();
  const columns = await readColumns(path, model.features);
  for (const score of scoreRows(model, columns)) output.add(JSON.stringify({ score }));
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
  const path = await modelPath(args);
  if (args.table !== undefined) {
    await scoreTable(args.table, await loadModel(path));
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
      .option("model", { type: "string", describe: "the model file [STATE/model.json]" })
      .option("config", { type: "string", describe: "configuration file" })
      .option("state", { type: "string", describe: "state folder of the daemon" }),
  handler: score,
};
