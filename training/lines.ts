import { createReadStream } from "node:fs";
import { TextDecoder } from "node:util";
import { TrainingError, type TrainingFault, unreadable } from "./errors.ts";

/** Longest line of an example file or a table; an example with its raw record has about 2 kB. */
export const MAX_LINE_BYTES = 1_048_576;

const LINE_FEED = 0x0a;

export interface Line {
  /** 1 for the first line of the file. */
  readonly number: number;
  readonly text: string;
}

/**
 * The lines of a UTF-8 text file that are not blank, without their line ends.
 *
 * @throws TrainingError `unreadable`; `fault` with file and line where a line is longer than MAX_LINE_BYTES or
 *   not UTF-8.
 */
export async function* readLines(path: string, fault: TrainingFault): AsyncGenerator<Line> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let number = 0;
  for await (const bytes of rawLines(path, fault)) {
    number += 1;
    const text = decodeLine(decoder, bytes);
    if (text === undefined)
      throw new TrainingError(fault, `${path}:${number}: not a line of UTF-8 text`);
    if (text.trim() !== "") yield { number, text };
  }
}

async function* rawLines(path: string, fault: TrainingFault): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let number = 1;
  for await (const chunk of chunksOf(path)) {
    rest = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = rest.indexOf(LINE_FEED); end >= 0; end = rest.indexOf(LINE_FEED, start)) {
      yield checkedLength(rest.subarray(start, end), `${path}:${number}`, fault);
      start = end + 1;
      number += 1;
    }
    rest = checkedLength(rest.subarray(start), `${path}:${number}`, fault);
  }
  if (rest.length > 0) yield rest;
}

function checkedLength(line: Buffer, place: string, fault: TrainingFault): Buffer {
  if (line.length <= MAX_LINE_BYTES) return line;
  throw new TrainingError(fault, `${place}: the line is longer than ${MAX_LINE_BYTES} bytes`);
}

async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  const stream: AsyncIterable<Buffer> = createReadStream(path);
  try {
    yield* stream;
  } catch (error) {
    throw unreadable(path, error);
  }
}

function decodeLine(decoder: TextDecoder, bytes: Buffer): string | undefined {
  try {
    return decoder.decode(bytes).replace(/\r$/, "");
  } catch {
    return undefined;
  }
}
