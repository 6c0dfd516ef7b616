import { MilterAnswerError } from "./errors.ts";
import type { Edit } from "./filter.ts";
import type { EditReply } from "./wire/replies.ts";

/** RFC 5322 §2.2: printable ASCII except the colon. A name with a space would end the header block in Postfix. */
const FIELD_NAME = /^[\x21-\x39\x3b-\x7e]{1,76}$/;

/** RFC 5322 §2.1.1 allows 998 bytes in a line; Postfix does not fold longer ones. */
const MAX_LINE_BYTES = 997;

/** What nearly every value is: short, on one line, in ASCII. It needs no work. */
const PLAIN_VALUE = /^[\t\x20-\x7e]{0,900}(?<![\t ])$/;

/** Refuses what is no field name. */
export function checkHeaderName(name: string): void {
  if (!FIELD_NAME.test(name)) {
    throw new MilterAnswerError(`${JSON.stringify(name)} is not a header name`);
  }
}

/** Breaks a line at white space so that each piece fits; the first one stands behind `indent` bytes. */
function breakLine(line: string, indent: number): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const word of line.split(/(?<=\S)(?=[ \t])/)) {
    const room = MAX_LINE_BYTES - (pieces.length === 0 ? indent : 1);
    if (piece !== "" && Buffer.byteLength(piece + word) > room) {
      pieces.push(piece);
      piece = word.trimStart();
    } else piece += word;
  }
  return [...pieces, piece];
}

/**
 * A header value as the milter protocol wants it: lines joined by LF TAB, none blank, none too long. Throws
 * MilterAnswerError for a NUL, and for a word that no fold can bring under the bound.
 */
export function foldHeaderValue(name: string, value: string): string {
  if (PLAIN_VALUE.test(value)) return value;
  if (value.includes("\0")) throw new MilterAnswerError(`the value of ${name} has a NUL`);
  const lines = value
    .split(/[\r\n]+/)
    .map((line, index) => (index === 0 ? line.trimEnd() : line.trim()))
    .filter((line, index) => index === 0 || line !== "");
  const indentOf = (index: number) => (index === 0 ? name.length + 2 : 1);
  const folded = lines.flatMap((line, index) => breakLine(line, indentOf(index)));
  if (folded.some((line, index) => Buffer.byteLength(line) > MAX_LINE_BYTES - indentOf(index))) {
    throw new MilterAnswerError(`the value of ${name} has a word that cannot be folded`);
  }
  return folded.join("\n\t");
}

type HeaderEdit = Extract<
  Edit,
  { kind: "delete-headers" | "change-header" | "insert-header" | "add-header" }
>;
type CountedEdit = Extract<HeaderEdit, { kind: "delete-headers" | "change-header" }>;
type AddingEdit = Exclude<HeaderEdit, CountedEdit>;

/** Copies of a name in the message as it was received; throws MilterAnswerError where they were not counted. */
export type CountOf = (name: string) => number;

/** Follows the counts through the edits of one answer, because the MTA applies them one by one. */
export class CountedHeaders {
  readonly #countOf: CountOf;
  readonly #present = new Map<string, number>();

  constructor(countOf: CountOf) {
    this.#countOf = countOf;
  }

  replies(edit: CountedEdit): EditReply[] {
    checkHeaderName(edit.name);
    return edit.kind === "delete-headers" ? this.#deleteAll(edit.name) : [this.#change(edit)];
  }

  /** From the last to the first: deleting the first would renumber the others, and every second one would survive. */
  #deleteAll(name: string): EditReply[] {
    const count = this.#count(name);
    this.#present.set(name.toLowerCase(), 0);
    return Array.from({ length: count }, (_, deleted) => ({
      kind: "change-header",
      index: count - deleted,
      name,
      value: "",
    }));
  }

  /** Past the last copy Postfix would append a header instead. */
  #change({ name, index, value }: Extract<CountedEdit, { kind: "change-header" }>): EditReply {
    const count = this.#count(name);
    if (!Number.isInteger(index) || index < 1 || index > count) {
      throw new MilterAnswerError(`change of ${name} ${index}, the message has ${count}`);
    }
    const folded = foldHeaderValue(name, value);
    if (folded === "") this.#present.set(name.toLowerCase(), count - 1);
    return { kind: "change-header", index, name, value: folded };
  }

  #count(name: string): number {
    return this.#present.get(name.toLowerCase()) ?? this.#countOf(name);
  }
}

const MAX_INDEX = 0x7fffffff;

/** An insertion or addition. */
export function addingReply(edit: AddingEdit): EditReply {
  checkHeaderName(edit.name);
  const value = foldHeaderValue(edit.name, edit.value);
  if (edit.kind === "add-header") return { kind: "add-header", name: edit.name, value };
  const { index, name } = edit;
  if (!Number.isInteger(index) || index < 0 || index > MAX_INDEX) {
    throw new MilterAnswerError(`insertion of ${name} at ${index}`);
  }
  return { kind: "insert-header", index, name, value };
}
