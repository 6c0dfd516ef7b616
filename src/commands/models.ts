import { join } from "node:path";
import type { Argv, CommandModule } from "yargs";
import { driftOf, type ModelPlaces, ModelStore } from "../../training/index.ts";
import { loadSettings } from "../config/load.ts";
import { driftText } from "../drift-text.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { diffText, listText, modelText } from "../models-text.ts";
import { writeOut } from "../output.ts";
import { recentMails } from "../recent-mails.ts";

interface StoreArguments {
  readonly json: boolean;
  readonly config: string | undefined;
  readonly state: string | undefined;
}

interface NamedArguments extends StoreArguments {
  readonly name: string;
}

interface DriftArguments extends StoreArguments {
  readonly last: number;
}

interface DiffArguments extends NamedArguments {
  readonly other: string | undefined;
}

async function placesOf({ config, state }: StoreArguments): Promise<ModelPlaces> {
  const settings = await loadSettings(config, { state });
  const present = settings.model ?? join(settings.state, "model.json");
  return { state: settings.state, present };
}

async function storeOf(args: StoreArguments): Promise<ModelStore> {
  return new ModelStore(await placesOf(args));
}

async function print(args: StoreArguments, value: unknown, text: string): Promise<void> {
  await writeOut(args.json ? `${JSON.stringify(value, null, 2)}\n` : text);
}

async function list(args: StoreArguments): Promise<void> {
  const store = await storeOf(args);
  const [models, present] = [await store.list(), await store.present()];
  const marked = models.map((model) => ({ ...model, present: model.name === present?.name }));
  await print(args, marked, listText(models, present?.name));
}

async function show(args: NamedArguments): Promise<void> {
  const { name, features, threshold, summary, ...model } = await (
    await storeOf(args)
  ).load(args.name);
  const shown = { name, features, threshold, trained: summary };
  await print(args, shown, modelText({ name, features, threshold, summary, ...model }));
}

async function promote(args: NamedArguments): Promise<void> {
  const store = await storeOf(args);
  const { name } = await store.locked(() => store.promote(args.name));
  await print(args, { present: name }, `${name} is in force\n`);
}

async function rollback(args: StoreArguments): Promise<void> {
  const store = await storeOf(args);
  const { name } = await store.locked(() => store.rollback());
  await print(args, { present: name }, `${name} is in force again\n`);
}

/** How far the mails that the model in force has scored have moved from those that it was made of. */
async function drift(args: DriftArguments): Promise<void> {
  const { state, present: path } = await placesOf(args);
  const model = await new ModelStore({ state, present: path }).present();
  if (model === undefined) throw new CommandError(EXIT.noInput, `there is no model at ${path}`);
  const { distributions } = model.summary;
  if (distributions === null)
    throw new CommandError(
      EXIT.data,
      `${path}: ${model.name} has kept nothing to compare with: train a newer one`,
    );
  const mails = await recentMails(state, args.last, model.name);
  const columns = model.features.map((name) =>
    Float64Array.from(mails, ({ features }) => features[name] ?? Number.NaN),
  );
  const now = { names: model.features, columns, rows: mails.length };
  const drifts = driftOf(
    distributions,
    now,
    Float64Array.from(mails, ({ score }) => score),
  );
  await print(args, { mails: mails.length, drifts }, driftText(drifts, mails.length));
}

/** With one name against the model in force. */
async function diff(args: DiffArguments): Promise<void> {
  const store = await storeOf(args);
  const first = await store.load(args.name);
  const second = args.other === undefined ? await store.present() : await store.load(args.other);
  const after = second ?? first;
  const shown = [first, after].map(({ name, summary }) => ({ name, trained: summary }));
  await print(args, shown, diffText(first, after));
}

function storeOptions<T>(args: Argv<T>) {
  return args
    .option("json", { type: "boolean", default: false, describe: "print JSON" })
    .option("config", { type: "string", describe: "configuration file" })
    .option("state", { type: "string", describe: "state folder of the daemon" });
}

function named<T>(args: Argv<T>) {
  return storeOptions(args).positional("name", {
    type: "string",
    demandOption: true,
    describe: "a model, such as blend-7",
  });
}

function twoNamed<T>(args: Argv<T>) {
  return named(args).positional("other", { type: "string", describe: "another one" });
}

function driftOptions<T>(args: Argv<T>) {
  return storeOptions(args).option("last", {
    type: "number",
    default: 2000,
    describe: "how many of the latest mails are looked at",
  });
}

export const modelsCommand: CommandModule = {
  command: "models",
  describe: "The kept models: list, show, diff, promote, rollback, drift",
  builder: (args) =>
    args
      .command(
        "list",
        "the kept models, newest first, and why each is where it is",
        storeOptions,
        list,
      )
      .command("show <name>", "one model: where it comes from and how it did", named, show)
      .command(
        "diff <name> [other]",
        "two models beside each other; with one name against the one in force",
        twoNamed,
        diff,
      )
      .command("promote <name>", "puts a kept model in force", named, promote)
      .command(
        "rollback",
        "goes back to the model that was in force before",
        storeOptions,
        rollback,
      )
      .command("drift", "whether mail has changed since the training", driftOptions, drift)
      .demandCommand(1, "models: name one of list, show, diff, promote, rollback, drift"),
  handler: () => undefined,
};
