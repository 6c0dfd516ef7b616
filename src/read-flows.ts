import { stat } from "node:fs/promises";
import {
  CaptureError,
  FlowExtractor,
  type ExtractedFlow,
  type FlowExtractorOptions,
} from "../features/index.ts";
import { feedCapture, runCapture, type CaptureOutcome } from "./capture-run.ts";
import { CommandError } from "./exit-codes.ts";
import { describeFailure, type Failure } from "./failure.ts";
import { ProgressBar } from "./progress-bar.ts";

export { STANDARD_INPUT } from "./capture-run.ts";

/** Reads one capture in another way than here, such as by several threads; undefined where that is not worth the while. */
export type CaptureRunner = (
  path: string,
  onBytes: (bytes: number) => void,
) => Promise<CaptureOutcome> | undefined;

export interface ReadFlowsOptions extends FlowExtractorOptions {
  readonly captures: readonly string[];
  readonly onFlow: (flow: ExtractedFlow) => void;
  /** Gets one line a capture: what was read, and what was wrong with it. */
  readonly say: (line: string) => void;
  readonly run?: CaptureRunner | undefined;
  /** The captures are one that was written to several files, in this order; each stands alone by default. */
  readonly join?: boolean | undefined;
}

function ignoredText({ counts, skippedFrames }: CaptureOutcome): string {
  const reasons = Object.entries(counts.ignored).map(([reason, count]) => `${reason} ${count}`);
  if (skippedFrames > 0) reasons.push(`unsupported-link-type ${skippedFrames}`);
  return reasons.length === 0 ? "" : `, ignored: ${reasons.join(", ")}`;
}

function summaryLine(path: string, outcome: CaptureOutcome): string {
  const { counts } = outcome;
  const early = counts.evicted.full > 0 ? `, ${counts.evicted.full} flows given out early` : "";
  const other = counts.otherPorts > 0 ? `, ${counts.otherPorts} segments of other ports` : "";
  const times = counts.otherTimes > 0 ? `, ${counts.otherTimes} frames of other times` : "";
  return (
    `${path}: ${counts.frames} frames, ${counts.segments} segments, ${counts.flows} flows` +
    `${other}${times}${ignoredText(outcome)}${early}`
  );
}

/** Bytes of all captures that are files. */
async function bytesOf(captures: readonly string[]): Promise<number> {
  const sizes = await Promise.all(
    captures.map((path) =>
      stat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/**
 * Reads captures one after another, each with a flow table of its own unless they are joined. A capture with a fault does not keep the
 * others from being read.
 *
 * @throws CommandError after the last one, with the status of the first fault
 */
export async function readFlows(options: ReadFlowsOptions): Promise<void> {
  const failures: Failure[] = [];
  const progress = new ProgressBar(await bytesOf(options.captures));
  const onBytes = (bytes: number): void => {
    progress.add(bytes);
  };
  const { read, end } = options.join === true ? joined(options) : apart(options);
  for (const path of options.captures) {
    const outcome = await read(path, onBytes);
    progress.clear();
    if (outcome.counts.frames > 0) options.say(summaryLine(path, outcome));
    const { fault } = outcome;
    if (fault === undefined) continue;
    failures.push(describeFailure(new CaptureError(fault.fault, fault.message)));
  }
  end();
  const [first, ...others] = failures;
  for (const { line } of others) options.say(line);
  if (first !== undefined) throw new CommandError(first.status, first.line);
}

interface CaptureReading {
  readonly read: (path: string, onBytes: (bytes: number) => void) => Promise<CaptureOutcome>;
  readonly end: () => void;
}

function apart(options: ReadFlowsOptions): CaptureReading {
  return {
    read: (path, onBytes) =>
      options.run?.(path, onBytes) ??
      runCapture(path, options, { onFlow: options.onFlow, onBytes }),
    end: () => undefined,
  };
}

/** All in one table: the summary of each file has the sums up to it. */
function joined(options: ReadFlowsOptions): CaptureReading {
  const extractor = new FlowExtractor(options, options.onFlow);
  return {
    read: (path, onBytes) => feedCapture(path, extractor, onBytes),
    end: () => {
      extractor.end();
    },
  };
}
