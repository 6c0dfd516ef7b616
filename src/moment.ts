import { CommandError, EXIT } from "./exit-codes.ts";

/** ISO 8601 as it is usually written; what Date.parse takes besides differs from one system to another. */
const ISO = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * Epoch seconds of a moment: a number of them, or a date with or without a time, which without a zone is this host's own.
 *
 * @param option what stands before the text in the message of an error
 * @throws CommandError with status 64
 */
export function parseMoment(option: string, text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  const local = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text.replace(" ", "T");
  const milliseconds = ISO.test(text) ? Date.parse(local) : Number.NaN;
  if (!Number.isNaN(milliseconds)) return milliseconds / 1000;
  throw new CommandError(
    EXIT.usage,
    `${option} ${text}: seconds since 1970, or a date such as 2026-11-27 or 2026-11-27T12:30:00Z`,
  );
}
