import type { CommandModule } from "yargs";
import { dumpSettings, initialConfiguration } from "../config/document.ts";
import { DEFAULT_CONFIG_FILE, loadSettings } from "../config/load.ts";
import { writeOut } from "../output.ts";

interface FileArguments {
  readonly file: string | undefined;
}

const fileOption = {
  type: "string",
  describe: `configuration file [${DEFAULT_CONFIG_FILE}]`,
} as const;

const check: CommandModule<object, FileArguments> = {
  command: "check [file]",
  describe: "Says whether a configuration file is right, with the line of the first error",
  builder: (args) => args.positional("file", fileOption),
  handler: async ({ file }) => {
    await loadSettings(file ?? DEFAULT_CONFIG_FILE);
    await writeOut(`${file ?? DEFAULT_CONFIG_FILE}: no errors\n`);
  },
};

const dump: CommandModule<object, FileArguments> = {
  command: "dump [file]",
  describe: "Prints the settings in force, defaults included",
  builder: (args) => args.positional("file", fileOption),
  handler: async ({ file }) => {
    await writeOut(dumpSettings(await loadSettings(file)));
  },
};

const init: CommandModule = {
  command: "init",
  describe: "Prints a commented configuration file to start from",
  handler: async () => {
    await writeOut(initialConfiguration());
  },
};

export const configCommand: CommandModule = {
  command: "config",
  describe: "Checks, shows or begins a configuration",
  builder: (args) =>
    args.command(check).command(dump).command(init).demandCommand(1, "config check, dump or init?"),
  handler: () => undefined,
};
