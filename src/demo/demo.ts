/** `spamflow demo`: the main job from end to end, live where that is possible. */
import { EXIT } from "../exit-codes.ts";
import { writeOut } from "../output.ts";
import { CleanUp } from "./clean-up.ts";
import { runLiveDemo } from "./live-demo.ts";
import { outcomeText } from "./outcome-text.ts";
import { Progress } from "./progress.ts";
import { runRecordedDemo } from "./recorded-demo.ts";
import { whyNotLive } from "./requirements.ts";

export interface DemoOptions {
  /** Folder to record the packets of a live demo in, for the demo without a lab. */
  readonly record?: string | undefined;
}

/**
 * Runs the demo, cleans up, and gives the exit status: 0 when all that was shown has been verified, 70 with one line
 * when not, 130 after Ctrl-C.
 */
export async function runDemo(options: DemoOptions = {}): Promise<number> {
  const progress = new Progress(process.stderr);
  const cleanUp = new CleanUp({
    onSignal: (signal) => {
      progress.say(`${signal}: cleaning up`);
    },
    onFault: (what, error) => {
      progress.say(`demo: ${what} is not cleaned up: ${messageOf(error)}`);
    },
  });
  // A terminal or pipe that has gone ends the demo, but not before it has cleaned up. The listener stays: the last
  // line may fail when all else is over.
  process.stderr.on("error", cleanUp.fail);
  try {
    return await cleanUp.around(async () => {
      const reason = await whyNotLive();
      const text =
        reason === undefined
          ? await liveText(cleanUp, progress, options)
          : await recordedText(cleanUp, progress, reason);
      await writeOut(text);
      return 0;
    });
  } catch (error) {
    progress.say(`demo: ${messageOf(error)}`);
    return EXIT.software;
  }
}

async function liveText(
  cleanUp: CleanUp,
  progress: Progress,
  { record }: DemoOptions,
): Promise<string> {
  const { rows, mailFolder } = await runLiveDemo({ cleanUp, progress, record });
  return `\n${outcomeText(rows)}\nThe delivered mails lie in ${mailFolder}\n`;
}

async function recordedText(cleanUp: CleanUp, progress: Progress, reason: string): Promise<string> {
  progress.say(`No live demo here, as ${reason}: scoring recorded packets instead`);
  return `\n${outcomeText(await runRecordedDemo({ cleanUp, progress }))}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
