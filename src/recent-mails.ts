import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { FeatureVector } from "../features/index.ts";
import type { MailRecord } from "./mail-record.ts";

/** As the files of `mail-record-file.ts`, oldest first. */
const FILE_NAMES = ["mails.1.jsonl", "mails.jsonl"] as const;

/** What the scores and features of a mail were. */
export interface ScoredMail {
  readonly features: FeatureVector;
  readonly score: number;
}

/**
 * The latest kept mails that have a score, at most `count` of them, oldest first. A folder that keeps none gives none.
 *
 * @param model only the mails that this model has scored
 */
export async function recentMails(
  folder: string,
  count: number,
  model: string,
): Promise<readonly ScoredMail[]> {
  const latest: ScoredMail[] = [];
  for (const name of FILE_NAMES) {
    for await (const mail of scoredMails(join(folder, name), model)) {
      latest.push(mail);
      // Two windows at most are kept, so that the oldest are dropped once in a while and not one by one.
      if (latest.length >= 2 * count) latest.splice(0, latest.length - count);
    }
  }
  return latest.slice(-count);
}

async function* scoredMails(path: string, model: string): AsyncGenerator<ScoredMail> {
  const input = createReadStream(path);
  const lines = createInterface({ input, crlfDelay: Infinity });
  try {
    for await (const line of lines) {
      const { features, score, model: by } = parse(line);
      if (features !== undefined && typeof score === "number" && by === model)
        yield { features, score };
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/** A line that a crash has cut is no mail. */
function parse(line: string): Partial<MailRecord> {
  try {
    return JSON.parse(line) as Partial<MailRecord>;
  } catch {
    return {};
  }
}
