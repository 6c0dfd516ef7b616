import { TrainingError } from "./errors.ts";
import { type Example, parseExample } from "./example.ts";
import { readLines } from "./lines.ts";

/** Most examples of one training; with their raw records they take some 2 kB each. */
export const MAX_EXAMPLES = 200_000;

/**
 * Reads examples from a file of JSON Lines.
 *
 * @throws TrainingError `bad-example` with file, line and key; `unreadable`
 */
export async function readExamples(path: string): Promise<readonly Example[]> {
  const examples: Example[] = [];
  for await (const { number, text } of readLines(path, "bad-example")) {
    const place = `${path}:${number}`;
    if (examples.length === MAX_EXAMPLES)
      throw new TrainingError("bad-example", `${place}: more than ${MAX_EXAMPLES} examples`);
    examples.push(parseExample(parseJson(text, place), place));
  }
  return examples;
}

function parseJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TrainingError("bad-example", `${place}: not JSON`, { cause: error });
  }
}
