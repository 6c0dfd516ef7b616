/** The demo where no lab can be made: the same learning and scoring, of packets that a live demo has recorded. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FIRST_BATCH, SECOND_BATCH } from "./batches.ts";
import type { CleanUp } from "./clean-up.ts";
import { parseFlowObjects, wholeMessages, writeExamples, type FlowObject } from "./flow-objects.ts";
import { outcomeRow, type OutcomeRow, type Verdict } from "./outcome.ts";
import type { Progress } from "./progress.ts";
import { RECORDED_FOLDER, builtProgram } from "./project-files.ts";
import { readHostClasses, recordedCapture } from "./recording.ts";
import { runCommand } from "./run-command.ts";

const COMMAND_DEADLINE_MS = 60_000;

export interface RecordedDemoOptions {
  readonly cleanUp: CleanUp;
  readonly progress: Progress;
}

/** A row for each mail of the recorded second batch. */
export async function runRecordedDemo(
  options: RecordedDemoOptions,
): Promise<readonly OutcomeRow[]> {
  const { cleanUp, progress } = options;
  const folder = await mkdtemp(join(tmpdir(), "spamflow-demo-"));
  cleanUp.add("temporary folder", async () => rm(folder, { recursive: true, force: true }));
  const classes = await readHostClasses(RECORDED_FOLDER);

  progress.say("First batch: spamflow extract, from recorded packets");
  const first = recordedCapture(RECORDED_FOLDER, FIRST_BATCH);
  const extracted = await spamflow("extract", "--ports", "25", "--cut", "message", first);
  const examples = join(folder, "examples.jsonl");
  const count = await writeExamples(examples, messagesOf(extracted), classes);

  progress.say(`Learning: spamflow train, from ${count} labelled mails`);
  const model = join(folder, "model.json");
  await spamflow("train", examples, "--out", model);

  progress.say("Second batch: spamflow score");
  const second = recordedCapture(RECORDED_FOLDER, SECOND_BATCH);
  const scored = await spamflow("score", "--model", model, "--ports", "25", second);
  return messagesOf(scored).map((flow) =>
    outcomeRow(flow, classes, { verdict: verdictOf(flow.verdict), score: flow.score ?? null }),
  );
}

function messagesOf(output: string): readonly FlowObject[] {
  return wholeMessages(parseFlowObjects(output));
}

async function spamflow(...words: readonly string[]): Promise<string> {
  const command = [process.execPath, builtProgram("main"), ...words];
  return runCommand(command, { timeoutMs: COMMAND_DEADLINE_MS });
}

function verdictOf(word: string | undefined): Verdict {
  return word === "Yes" || word === "No" ? word : "Unknown";
}
