import { statSync } from "node:fs";
import type { CommandModule } from "yargs";
import { capturePaths } from "../capture-paths.ts";
import { flowFormatter } from "../flow-format.ts";
import { parseMoment } from "../moment.ts";
import { LineOutput } from "../output.ts";
import { runInParallel, usefulWorkers, WORTHWHILE_BYTES } from "../parallel-capture.ts";
import { readFlows, type CaptureRunner } from "../read-flows.ts";
import {
  CAPTURES,
  captureOptions,
  portsOf,
  summarySink,
  type CaptureArguments,
} from "./capture-arguments.ts";

interface ExtractArguments extends CaptureArguments {
  readonly cut: "connection" | "message";
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly workers: number;
  readonly join: boolean;
}

interface Times {
  readonly since: number | undefined;
  readonly until: number | undefined;
}

function timesOf({ since, until }: ExtractArguments): Times {
  return {
    since: since === undefined ? undefined : parseMoment("--since", since),
    until: until === undefined ? undefined : parseMoment("--until", until),
  };
}

/**
 * Reads large files by several threads. Not where a message's neighbours may be anywhere: without ports it is not known
 * which end is the client, whose flows belong together.
 */
function runner(
  args: ExtractArguments,
  times: Times,
  output: LineOutput,
): CaptureRunner | undefined {
  const workers = usefulWorkers(args.workers);
  const ports = portsOf(args);
  if (workers < 2 || (args.cut === "message" && ports === "all")) return undefined;
  const { cut, format } = args;
  return (path, onBytes) => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isFile() !== true || found.size < WORTHWHILE_BYTES) return undefined;
    const task = { path, cut, format, ...times, ports: ports === "all" ? ports : [...ports] };
    const onLine = (line: string): void => {
      output.add(line);
    };
    return runInParallel(task, workers, { onLine, onBytes });
  };
}

async function extract(args: ExtractArguments): Promise<void> {
  const output = new LineOutput();
  const times = timesOf(args);
  const captures = await capturePaths(args.captures);
  const formatter = flowFormatter(args.format, { cut: args.cut, scored: false });
  if (formatter.heading !== undefined) output.add(formatter.heading);
  try {
    await readFlows({
      captures,
      cut: args.cut,
      ports: portsOf(args),
      ...times,
      join: args.join,
      run: runner(args, times, output),
      onFlow: (flow) => {
        output.add(formatter.line(flow));
      },
      say: summarySink(args),
    });
  } finally {
    output.flush();
  }
}

export const extractCommand: CommandModule<object, ExtractArguments> = {
  command: "extract <captures..>",
  describe: "The flows of captures, with their features",
  builder: (args) =>
    captureOptions(args.positional("captures", { ...CAPTURES, demandOption: true }))
      .option("cut", {
        choices: ["connection", "message"] as const,
        default: "connection" as const,
        describe: "one line a connection as it stood at its end, or one a message",
      })
      .option("since", { type: "string", describe: "frames from this time on: a date or seconds" })
      .option("until", { type: "string", describe: "frames before this time" })
      .option("join", {
        type: "boolean",
        default: false,
        describe: "the captures are one that was written to several files, in this order",
      })
      .option("workers", {
        type: "number",
        default: 1,
        describe: "threads that share the work on a large file",
      }),
  handler: extract,
};
