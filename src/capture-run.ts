import { createReadStream } from "node:fs";
import {
  CaptureError,
  FlowExtractor,
  readCaptureStream,
  type CaptureFault,
  type ExtractedSink,
  type ExtractionCounts,
  type FlowExtractorOptions,
} from "../features/index.ts";

/** Stands for standard input; it is read as a stream, because it may be a socket, which cannot be opened by name. */
export const STANDARD_INPUT = "/dev/stdin";

/** Bytes asked of a file at a time. */
const CHUNK_BYTES = 1_048_576;

/** What became of one capture. */
export interface CaptureOutcome {
  readonly counts: ExtractionCounts;
  /** Frames left out because the link type of their interface cannot be decoded. */
  readonly skippedFrames: number;
  /** What was wrong with it, and where; what came before was given out. */
  readonly fault: { readonly fault: CaptureFault; readonly message: string } | undefined;
}

export interface CaptureSinks {
  readonly onFlow: ExtractedSink;
  /** Hears how many more bytes of the file were read. */
  readonly onBytes: (bytes: number) => void;
}

/** Reads one capture with a flow table of its own and gives out its flows. */
export async function runCapture(
  path: string,
  options: FlowExtractorOptions,
  { onFlow, onBytes }: CaptureSinks,
): Promise<CaptureOutcome> {
  const extractor = new FlowExtractor(options, onFlow);
  const read = await feedCapture(path, extractor, onBytes);
  extractor.end();
  return { ...read, counts: extractor.counts };
}

/** Puts the frames of one capture into an extractor, which others may go into as well. */
export async function feedCapture(
  path: string,
  extractor: FlowExtractor,
  onBytes: CaptureSinks["onBytes"],
): Promise<CaptureOutcome> {
  const isInput = path === STANDARD_INPUT || path === "-";
  const file = isInput ? process.stdin : createReadStream(path, { highWaterMark: CHUNK_BYTES });
  let skippedFrames = 0;
  let fault: CaptureOutcome["fault"];
  try {
    const summary = await readCaptureStream(
      counted(file, onBytes),
      isInput ? "standard input" : path,
      extractor.frame.bind(extractor),
    );
    skippedFrames = summary.skippedFrames;
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    fault = { fault: error.fault, message: error.message };
  }
  return { counts: extractor.counts, skippedFrames, fault };
}

async function* counted(
  stream: AsyncIterable<Buffer | string>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    onBytes(chunk.length);
    yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
  }
}
