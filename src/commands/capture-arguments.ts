import type { Argv } from "yargs";
import { FLOW_FORMATS, type FlowFormat } from "../flow-format.ts";
import { parsePorts } from "../port-list.ts";

export interface CaptureArguments {
  readonly captures: readonly string[];
  readonly format: FlowFormat;
  readonly ports: string;
  readonly quiet: boolean;
}

/** The positional argument of commands that read captures. */
export const CAPTURES = {
  type: "string",
  array: true,
  describe:
    "pcap or pcapng files, compressed by gzip or not, folders of them, patterns; - for standard input",
} as const;

/** The options that every command has which reads captures. */
export function captureOptions<T>(args: Argv<T>) {
  return args
    .option("format", {
      choices: FLOW_FORMATS,
      default: "jsonl" as const,
      describe: "how to print",
    })
    .option("ports", {
      type: "string",
      default: "25,465,587",
      describe: "ports of mail servers, or all",
    })
    .option("quiet", { type: "boolean", default: false, describe: "no summary on stderr" });
}

/** What becomes of summary lines. */
export function summarySink({ quiet }: CaptureArguments): (line: string) => void {
  return (line) => {
    if (!quiet) process.stderr.write(`spamflow: ${line}\n`);
  };
}

export function portsOf({ ports }: CaptureArguments): ReadonlySet<number> | "all" {
  return ports === "all" ? "all" : new Set(parsePorts(ports));
}
