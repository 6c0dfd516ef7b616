import { replyFor } from "./decision-reply.ts";
import { MilterAnswerError } from "./errors.ts";
import type { Action, Answer, Edit } from "./filter.ts";
import { addingReply, CountedHeaders, type CountOf } from "./header-edits.ts";
import { CHUNK_BYTES } from "./wire/codes.ts";
import type { EditReply, FinalReply } from "./wire/replies.ts";

/** What an answer may use. */
export interface AnswerContext {
  readonly can: (action: Action) => boolean;
  readonly countOf: CountOf;
}

/** What goes out for one answer. */
export interface AnswerReplies {
  readonly edits: readonly EditReply[];
  readonly final: FinalReply;
}

const NEEDED_ACTION: Readonly<Record<Edit["kind"], Action>> = {
  "delete-headers": "change-headers",
  "change-header": "change-headers",
  "insert-header": "add-headers",
  "add-header": "add-headers",
  "add-recipient": "recipients",
  "delete-recipient": "recipients",
  "change-sender": "change-sender",
  "replace-body": "change-body",
  quarantine: "quarantine",
};

/** The members of each edit that go out as text. */
const TEXT_FIELDS: Readonly<Record<Edit["kind"], readonly string[]>> = {
  "delete-headers": ["name"],
  "change-header": ["name", "value"],
  "insert-header": ["name", "value"],
  "add-header": ["name", "value"],
  "add-recipient": ["recipient"],
  "delete-recipient": ["recipient"],
  "change-sender": ["sender"],
  "replace-body": [],
  quarantine: ["reason"],
};

type CountedEdit = Extract<Edit, { kind: "delete-headers" | "change-header" }>;

function isCounted(edit: Edit): edit is CountedEdit {
  return edit.kind === "delete-headers" || edit.kind === "change-header";
}

/** One line without control characters, which would end a field or a line of the MTA's queue file. */
function checkLine(what: string, text: string | undefined): void {
  // eslint-disable-next-line no-control-regex -- control characters are the point
  if (text === undefined || !/[\x00-\x1f\x7f]/.test(text)) return;
  throw new MilterAnswerError(`${what} ${JSON.stringify(text)} has control characters`);
}

function bodyReplies(body: Uint8Array): EditReply[] {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const chunks = Math.max(1, Math.ceil(bytes.length / CHUNK_BYTES));
  return Array.from({ length: chunks }, (_, index) => ({
    kind: "replace-body",
    chunk: bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES),
  }));
}

type Makers = {
  readonly [K in Exclude<Edit, CountedEdit>["kind"]]: (
    edit: Extract<Edit, { kind: K }>,
  ) => EditReply[];
};

const MAKERS: Makers = {
  "insert-header": (edit) => [addingReply(edit)],
  "add-header": (edit) => [addingReply(edit)],
  "add-recipient": (edit) => {
    checkLine("recipient", edit.recipient);
    checkLine("recipient arguments", edit.arguments);
    return [{ ...edit, arguments: edit.arguments }];
  },
  "delete-recipient": (edit) => {
    checkLine("recipient", edit.recipient);
    return [edit];
  },
  "change-sender": (edit) => {
    checkLine("sender", edit.sender);
    checkLine("sender arguments", edit.arguments);
    return [{ ...edit, arguments: edit.arguments }];
  },
  "replace-body": (edit) => bodyReplies(edit.body),
  quarantine: (edit) => {
    checkLine("quarantine reason", edit.reason);
    return [edit];
  },
};

function otherReplies(edit: Exclude<Edit, CountedEdit>): EditReply[] {
  const make = MAKERS[edit.kind] as (edit: Exclude<Edit, CountedEdit>) => EditReply[];
  return make(edit);
}

/** The types promise text, a filter in plain JavaScript does not: a number would go out as four bytes. */
function checkTexts(edit: Edit): void {
  const fields = edit as unknown as Readonly<Record<string, unknown>>;
  const isGiven = (name: string) => fields[name] !== undefined;
  const names = [...TEXT_FIELDS[edit.kind], ...["arguments"].filter(isGiven)];
  for (const name of names) {
    if (typeof fields[name] === "string") continue;
    throw new MilterAnswerError(`${edit.kind}: its ${name} is no text`);
  }
}

function checkEdits(edits: readonly Edit[], can: (action: Action) => boolean): void {
  for (const edit of edits) {
    const { kind } = edit;
    if (!Object.hasOwn(NEEDED_ACTION, kind)) throw new MilterAnswerError(`${kind} is no edit`);
    const action = NEEDED_ACTION[kind];
    if (!can(action)) throw new MilterAnswerError(`${kind} needs the action ${action}`);
    checkTexts(edit);
  }
  // Postfix refuses a body in two parts with something between them (src/milter/milter8.c).
  if (edits.filter((edit) => edit.kind === "replace-body").length > 1) {
    throw new MilterAnswerError("the body is replaced twice");
  }
}

/**
 * The replies of one answer, all or none: throws MilterAnswerError before anything is sent. Deletions and changes of
 * headers come first, because they count the message as it was received, and an insertion at 0 shifts that.
 */
export function repliesFor(answer: Answer, context: AnswerContext): AnswerReplies {
  const given = (answer as Partial<Answer> | null | undefined) ?? {};
  if (given.decision === undefined) throw new MilterAnswerError("an answer without a decision");
  const edits = given.edits ?? [];
  checkEdits(edits, context.can);
  const counted = new CountedHeaders(context.countOf);
  const changes = edits.filter(isCounted).flatMap((edit) => counted.replies(edit));
  const others = edits.filter((edit) => !isCounted(edit)).flatMap(otherReplies);
  const final = replyFor(given.decision, { point: "endOfMessage", canSkip: false });
  return { edits: [...changes, ...others], final };
}
