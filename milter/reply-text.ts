import { MilterAnswerError } from "./errors.ts";

/** libmilter's bounds for smfi_setmlreply(). */
const MAX_LINES = 32;
const MAX_LINE_BYTES = 980;

const PRINTABLE_ASCII = /^[\t\x20-\x7e]*$/;
const ENHANCED_CODE = /^[245]\.\d{1,3}\.\d{1,3}$/;

export interface ReplyFields {
  readonly code: number;
  readonly enhanced?: string;
  readonly text: string | readonly string[];
}

function linesOf(text: string | readonly string[]): readonly string[] {
  const texts = typeof text === "string" ? [text] : text;
  return texts.flatMap((part) => part.split(/\r\n|\r|\n/));
}

function problemOf(fields: ReplyFields, lines: readonly string[]): string | undefined {
  const { code, enhanced } = fields;
  if (!Number.isInteger(code) || code < 400 || code > 599) return `reply code ${code}`;
  if (enhanced !== undefined && !ENHANCED_CODE.test(enhanced)) return `enhanced code ${enhanced}`;
  if (enhanced !== undefined && !String(code).startsWith(enhanced.charAt(0))) {
    return `enhanced code ${enhanced} is not of the class of ${code}`;
  }
  if (lines.length > MAX_LINES)
    return `a reply of ${lines.length} lines, the bound is ${MAX_LINES}`;
  if (lines.some((line) => line.length > MAX_LINE_BYTES)) {
    return `a reply line is longer than ${MAX_LINE_BYTES} bytes`;
  }
  return lines.every((line) => PRINTABLE_ASCII.test(line))
    ? undefined
    : "a reply text is not printable ASCII";
}

/**
 * The text of SMFIR_REPLYCODE: `550-5.7.1 first`, CRLF, `550 5.7.1 last`. Every `%` is doubled, because Sendmail
 * formats it. Throws MilterAnswerError for what Postfix would call a malformed reply.
 */
export function formatReply(fields: ReplyFields): string {
  const lines = linesOf(fields.text);
  const problem = problemOf(fields, lines);
  if (problem !== undefined) throw new MilterAnswerError(problem);
  const enhanced = fields.enhanced === undefined ? "" : `${fields.enhanced} `;
  return lines
    .map((line, index) => {
      const separator = index === lines.length - 1 ? " " : "-";
      return `${fields.code}${separator}${enhanced}${line.replaceAll("%", "%%")}`;
    })
    .join("\r\n");
}
