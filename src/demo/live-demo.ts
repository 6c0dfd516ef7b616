/** The demo with a real Postfix, real mails and real TCP, in namespaces of its own. */
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FIRST_BATCH, SECOND_BATCH, planDemo, type Batches } from "./batches.ts";
import { unlessInterrupted, type CleanUp } from "./clean-up.ts";
import { checkDelivery, keepMails } from "./delivery.ts";
import { readFlowObjects, writeExamples } from "./flow-objects.ts";
import { LoggingProcess } from "./logging-process.ts";
import { countMails, type PlannedConnection } from "./mail-plan.ts";
import { MX_ADDRESS, MX_ADDRESS_6, MX_DEVICE, NetworkLab, kernelHasIpv6 } from "./network-lab.ts";
import { outcomeRow, type OutcomeRow } from "./outcome.ts";
import { PrivatePostfix } from "./private-postfix.ts";
import type { Progress } from "./progress.ts";
import { builtProgram } from "./project-files.ts";
import { Recording, writeHostClasses } from "./recording.ts";
import { runCommand } from "./run-command.ts";
import { sendBatch } from "./sending-hosts.ts";

const READY_DEADLINE_MS = 20_000;
const TRAINING_DEADLINE_MS = 60_000;
const MODEL_DEADLINE_MS = 15_000;

/** From the last mail's acceptance until it lies in the Maildir. */
const DELIVERY_DEADLINE_MS = 15_000;

export interface LiveDemoOptions {
  readonly cleanUp: CleanUp;
  readonly progress: Progress;
  /** Folder that the packets of both batches are recorded in; none when left out. */
  readonly record?: string | undefined;
}

export interface LiveOutcome {
  readonly rows: readonly OutcomeRow[];
  /** Where the delivered mails lie. */
  readonly mailFolder: string;
}

/** Everything runs below one folder of the system's folder for temporary files. */
interface Stage {
  readonly folder: string;
  readonly state: string;
  readonly lab: NetworkLab;
  readonly postfix: PrivatePostfix;
  readonly daemon: LoggingProcess;
}

/** Builds the stage, teaches SpamFlow with the first batch, has the second scored, and checks what was delivered. */
export async function runLiveDemo(options: LiveDemoOptions): Promise<LiveOutcome> {
  const { progress, record } = options;
  const batches = planDemo(kernelHasIpv6());
  const stage = await buildStage(batches, options);

  progress.say("First batch: mails of known class, to learn from");
  await playBatch(FIRST_BATCH, batches.first, stage, options);
  await learn(stage, batches, options);

  progress.say("Second batch: most of its hosts are new, and each mail is scored as it comes");
  await playBatch(SECOND_BATCH, batches.second, stage, options);
  if (record !== undefined) await writeHostClasses(record, batches.classes);
  return takeStock(stage, batches);
}

async function buildStage(batches: Batches, options: LiveDemoOptions): Promise<Stage> {
  const { cleanUp, progress } = options;
  const folder = await mkdtemp(join(tmpdir(), "spamflow-demo-"));
  cleanUp.add("temporary folder", async () => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o755);
  const state = join(folder, "state");
  await mkdir(state);

  progress.say(
    `Lab: ${batches.hosts.length} sending hosts, each behind an emulated link of its own`,
  );
  const lab = await NetworkLab.up({ ...batches, onFailure: cleanUp.fail });
  cleanUp.add("network lab", async () => lab.down());

  cleanUp.interruption.throwIfAborted();
  progress.say("Postfix: a private one, in the mail server's namespace");
  const socket = `unix:${folder}/milter.sock`;
  const postfix = await startPostfix(join(folder, "postfix"), socket, lab, cleanUp);

  cleanUp.interruption.throwIfAborted();
  progress.say("SpamFlow: spamflow serve, on the mail server's interface");
  const daemon = await startDaemon({ socket, state, namespace: lab.mxNamespace }, cleanUp);
  return { folder, state, lab, postfix, daemon };
}

async function startPostfix(
  folder: string,
  socket: string,
  lab: NetworkLab,
  cleanUp: CleanUp,
): Promise<PrivatePostfix> {
  const postfix = await PrivatePostfix.create({
    folder,
    namespace: lab.mxNamespace,
    listen: [`${MX_ADDRESS}:25`, ...(kernelHasIpv6() ? [`[${MX_ADDRESS_6}]:25`] : [])],
    milters: socket,
  });
  cleanUp.add("private Postfix", async () => postfix.remove());
  await postfix.start();
  return postfix;
}

async function startDaemon(
  { socket, state, namespace }: { socket: string; state: string; namespace: string },
  cleanUp: CleanUp,
): Promise<LoggingProcess> {
  const flags = ["--listen", socket, "--interface", MX_DEVICE, "--ports", "25", "--state", state];
  const command = [
    ...[process.execPath, builtProgram("main"), "serve"],
    ...[...flags, "--score-local", "--http", "none"],
  ];
  const daemon = new LoggingProcess({
    name: "spamflow serve",
    command,
    namespace,
    onFailure: cleanUp.fail,
  });
  cleanUp.add("spamflow serve", async () => daemon.stop());
  await unlessInterrupted(daemon.line("event=ready", READY_DEADLINE_MS), cleanUp.interruption);
  return daemon;
}

async function playBatch(
  name: string,
  connections: readonly PlannedConnection[],
  { lab, postfix }: Stage,
  { cleanUp, progress, record }: LiveDemoOptions,
): Promise<void> {
  const recording =
    record === undefined ? undefined : await Recording.start(record, name, lab.mxNamespace);
  if (recording !== undefined) cleanUp.add("tcpdump", async () => recording.stop());
  const delivered = (await postfix.mails()).length;
  const total = countMails(connections);
  const sent = await sendBatch({
    namespace: lab.hostsNamespace,
    connections,
    interruption: cleanUp.interruption,
    onProgress: (accepted) => {
      progress.count("mails sent", accepted, total);
    },
  });
  const [first] = sent.unsent;
  if (first !== undefined) {
    progress.say(`${sent.unsent.length} mails could not be sent; ${first.mail}: ${first.reason}`);
  }
  const arrived = postfix.waitUntilDelivered(
    delivered + sent.accepted.length,
    DELIVERY_DEADLINE_MS,
  );
  await unlessInterrupted(arrived, cleanUp.interruption);
  await recording?.finish();
}

/** Labels what the daemon has kept of the first batch, trains on it, and waits until the daemon has the model. */
async function learn(
  { folder, state, daemon }: Stage,
  { classes }: Batches,
  { cleanUp, progress }: LiveDemoOptions,
): Promise<void> {
  const examples = join(folder, "examples.jsonl");
  const kept = await readFlowObjects(join(state, "mails.jsonl"));
  const count = await writeExamples(examples, kept, classes);
  progress.say(`Learning: spamflow train, from ${count} labelled mails`);
  const out = join(state, "model.json");
  const command = [process.execPath, builtProgram("main"), "train", examples, "--out", out];
  await runCommand(command, { timeoutMs: TRAINING_DEADLINE_MS });
  const loaded = daemon.line("event=model-loaded", MODEL_DEADLINE_MS);
  await unlessInterrupted(loaded, cleanUp.interruption);
}

async function takeStock(
  { state, postfix, daemon }: Stage,
  batches: Batches,
): Promise<LiveOutcome> {
  if (!daemon.isRunning) throw new Error(`spamflow serve has ended: ${daemon.lines.at(-1) ?? ""}`);
  if (!(await postfix.isRunning())) throw new Error("the private Postfix has ended");
  const mails = await postfix.mails();
  const kept = await readFlowObjects(join(state, "mails.jsonl"));
  const byId = new Map(kept.map((flow) => [flow.id ?? "", flow]));
  const rows = mails
    .map(({ text }) => checkDelivery(text, byId))
    .filter(({ batch }) => batch === SECOND_BATCH)
    .map(({ flow, header }) => outcomeRow(flow, batches.classes, header));
  return { rows, mailFolder: await keepMails(mails.map(({ file }) => file)) };
}
