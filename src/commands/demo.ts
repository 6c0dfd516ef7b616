import type { CommandModule } from "yargs";
import { runDemo } from "../demo/demo.ts";

interface DemoArguments {
  readonly record: string | undefined;
}

export const demoCommand: CommandModule<object, DemoArguments> = {
  command: "demo",
  describe: "The main job, live: a private Postfix, emulated senders, real mails with real scores",
  builder: (args) =>
    args.option("record", {
      type: "string",
      describe: "folder to record the packets in, as the demo without a lab needs them",
    }),
  handler: async ({ record }) => {
    process.exitCode = await runDemo({ record });
  },
};
