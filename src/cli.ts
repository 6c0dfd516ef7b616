import yargs from "yargs";
import { configCommand } from "./commands/config.ts";
import { demoCommand } from "./commands/demo.ts";
import { extractCommand } from "./commands/extract.ts";
import { modelsCommand } from "./commands/models.ts";
import { scoreCommand } from "./commands/score.ts";
import { sensorCommand } from "./commands/sensor.ts";
import { serveCommand } from "./commands/serve.ts";
import { trainCommand } from "./commands/train.ts";
import { whyCommand } from "./commands/why.ts";
import { CommandError, EXIT } from "./exit-codes.ts";
import { describeFailure } from "./failure.ts";
import { endQuietlyWithoutReader } from "./output.ts";
import { packageVersion } from "./package-version.ts";
import { STANDARD_INPUT } from "./read-flows.ts";

/** Parses the arguments and runs the command; resolves to the exit status, after one line on stderr where it is not 0. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  endQuietlyWithoutReader();
  try {
    await commandLine(args).parseAsync();
    return process.exitCode === undefined ? 0 : Number(process.exitCode);
  } catch (error) {
    const { status, line } = describeFailure(error);
    process.stderr.write(`spamflow: ${line}\n`);
    return status;
  }
}

/** Arguments that are lists; all others count once, and the last one given holds. */
const LISTS = new Set(["_", "captures", "files"]);

function lastOfRepeated(parsed: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(parsed)) {
    if (Array.isArray(value) && !LISTS.has(name)) parsed[name] = value.at(-1);
  }
}

/** yargs loses a bare `-` among positional arguments. */
function withNamedStdin(args: readonly string[]): string[] {
  return args.map((argument) => (argument === "-" ? STANDARD_INPUT : argument));
}

function commandLine(args: readonly string[]) {
  return yargs(withNamedStdin(args))
    .scriptName("spamflow")
    .middleware(lastOfRepeated, true)
    .usage("$0 COMMAND\n\nScores mail by how the sending host's TCP behaves.")
    .command(serveCommand)
    .command(sensorCommand)
    .command(extractCommand)
    .command(scoreCommand)
    .command(trainCommand)
    .command(modelsCommand)
    .command(whyCommand)
    .command(configCommand)
    .command(demoCommand)
    .demandCommand(1, "name a command; --help lists them")
    .version(packageVersion())
    .help()
    .alias("help", "h")
    .strict()
    .recommendCommands()
    .wrap(100)
    .exitProcess(false)
    .fail((message: string | undefined, error: Error | undefined) => {
      throw error ?? new CommandError(EXIT.usage, message ?? "usage");
    });
}
