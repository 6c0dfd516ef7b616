import { TrainingError } from "./errors.ts";
import { requireBothClasses } from "./learners/learner.ts";
import { spamCount, type Table } from "./table.ts";

/** What a model needs: with fewer, its figures and its scores mean nothing. */
export const FEWEST_EXAMPLES = 20;
export const FEWEST_OF_A_CLASS = 10;

/** @throws TrainingError `not-enough` that says what there is and what is needed */
export function requireEnough(table: Table): void {
  requireBothClasses(table);
  const spam = spamCount(table.labels);
  const ham = table.rows - spam;
  if (table.rows >= FEWEST_EXAMPLES && Math.min(spam, ham) >= FEWEST_OF_A_CLASS) return;
  throw new TrainingError(
    "not-enough",
    `${table.rows} examples (${spam} spam, ${ham} ham): learning needs ${FEWEST_EXAMPLES}, ` +
      `and ${FEWEST_OF_A_CLASS} of each class`,
  );
}
