import { join } from "node:path";
import type { CommandModule } from "yargs";
import { type Explanation, ModelStore, TrainingError } from "../../training/index.ts";
import { loadSettings } from "../config/load.ts";
import type { Settings } from "../config/schema.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { findMailRecord } from "../mail-record-file.ts";
import type { MailRecord } from "../mail-record.ts";
import { writeOut } from "../output.ts";
import { explainMail } from "../why-text.ts";

interface WhyArguments {
  readonly id: string;
  readonly json: boolean;
  readonly config: string | undefined;
  readonly state: string | undefined;
}

async function why({ id, json, config, state }: WhyArguments): Promise<void> {
  if (!/^[0-9a-f]{12}$/.test(id)) {
    throw new CommandError(EXIT.usage, `${id}: an id is the 12 hex digits of the header's id=`);
  }
  const settings = await loadSettings(config, { state });
  const line = await findMailRecord(settings.state, id);
  if (line === undefined) {
    throw new CommandError(EXIT.noInput, `no mail with id ${id} is kept in ${settings.state}`);
  }
  const mail = JSON.parse(line) as MailRecord;
  const explanation = await explanationOf(mail, settings);
  await writeOut(
    json ? `${JSON.stringify({ ...mail, explanation })}\n` : explainMail(mail, explanation),
  );
}

/** By the model that scored the mail; undefined where it had no score, or that model is kept no longer. */
async function explanationOf(
  { model: name, features }: MailRecord,
  { state, model }: Settings,
): Promise<Explanation | undefined> {
  if (name === null || features === undefined) return undefined;
  const store = new ModelStore({ state, present: model ?? join(state, "model.json") });
  try {
    return (await store.load(name)).explain(features);
  } catch (error) {
    // What was kept of the mail is worth showing whatever has become of the model.
    if (error instanceof TrainingError) return undefined;
    throw error;
  }
}

export const whyCommand: CommandModule<object, WhyArguments> = {
  command: "why <id>",
  describe: "Why a mail got its score: what was kept of it under the id of its header",
  builder: (args) =>
    args
      .positional("id", { type: "string", demandOption: true, describe: "the id= of the header" })
      .option("json", { type: "boolean", default: false, describe: "print the record as JSON" })
      .option("config", { type: "string", describe: "configuration file" })
      .option("state", { type: "string", describe: "state folder of the daemon" }),
  handler: why,
};
