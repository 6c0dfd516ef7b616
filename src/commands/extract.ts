import type { CommandModule } from "yargs";
import { flowFormatter } from "../flow-format.ts";
import { LineOutput } from "../output.ts";
import { readFlows } from "../read-flows.ts";
import {
  CAPTURES,
  captureOptions,
  portsOf,
  summarySink,
  type CaptureArguments,
} from "./capture-arguments.ts";

interface ExtractArguments extends CaptureArguments {
  readonly cut: "connection" | "message";
}

async function extract(args: ExtractArguments): Promise<void> {
  const output = new LineOutput();
  const formatter = flowFormatter(args.format, { cut: args.cut, scored: false });
  if (formatter.heading !== undefined) output.add(formatter.heading);
  try {
    await readFlows({
      captures: args.captures,
      cut: args.cut,
      ports: portsOf(args),
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
    captureOptions(args.positional("captures", { ...CAPTURES, demandOption: true })).option("cut", {
      choices: ["connection", "message"] as const,
      default: "connection" as const,
      describe: "one line a connection as it stood at its end, or one a message",
    }),
  handler: extract,
};
