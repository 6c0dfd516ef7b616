import {
  CaptureError,
  FlowExtractor,
  readCapture,
  type CaptureSummary,
  type ExtractedFlow,
  type ExtractionCounts,
  type FlowExtractorOptions,
} from "../features/index.ts";
import { CommandError, type ExitStatus } from "./exit-codes.ts";
import { describeFailure } from "./failure.ts";

/** Stands for standard input; it is read as a stream, because it may be a socket, which cannot be opened by name. */
export const STANDARD_INPUT = "/dev/stdin";

export interface ReadFlowsOptions extends FlowExtractorOptions {
  readonly captures: readonly string[];
  readonly onFlow: (flow: ExtractedFlow) => void;
  /** Gets one line a capture: what was read, and what was wrong with it. */
  readonly say: (line: string) => void;
}

function ignoredText({ ignored }: ExtractionCounts, summary: CaptureSummary | undefined): string {
  const reasons = Object.entries(ignored).map(([reason, count]) => `${reason} ${count}`);
  const skipped = summary?.skippedFrames ?? 0;
  if (skipped > 0) reasons.push(`unsupported-link-type ${skipped}`);
  return reasons.length === 0 ? "" : `, ignored: ${reasons.join(", ")}`;
}

function summaryLine(
  path: string,
  counts: ExtractionCounts,
  summary: CaptureSummary | undefined,
): string {
  const early = counts.evicted.full > 0 ? `, ${counts.evicted.full} flows given out early` : "";
  const other = counts.otherPorts > 0 ? `, ${counts.otherPorts} segments of other ports` : "";
  return (
    `${path}: ${counts.frames} frames, ${counts.segments} segments, ${counts.flows} flows` +
    `${other}${ignoredText(counts, summary)}${early}`
  );
}

/** Reads one capture; what could be read before a fault is given out before the fault is thrown. */
async function readOne(path: string, options: ReadFlowsOptions): Promise<void> {
  const extractor = new FlowExtractor(options, options.onFlow);
  const sink = extractor.frame.bind(extractor);
  let summary: CaptureSummary | undefined;
  try {
    summary = await readCapture(path === STANDARD_INPUT ? "-" : path, sink);
  } finally {
    extractor.end();
    if (extractor.counts.frames > 0) options.say(summaryLine(path, extractor.counts, summary));
  }
}

/**
 * Reads captures one after another, each with a flow table of its own. A capture with a fault does not keep the
 * others from being read.
 *
 * @throws CommandError after the last one, with the status of the first fault
 */
export async function readFlows(options: ReadFlowsOptions): Promise<void> {
  const failures: { readonly line: string; readonly status: ExitStatus }[] = [];
  for (const path of options.captures) {
    try {
      await readOne(path, options);
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      failures.push(describeFailure(error));
    }
  }
  const [first, ...others] = failures;
  for (const { line } of others) options.say(line);
  if (first !== undefined) throw new CommandError(first.status, first.line);
}
