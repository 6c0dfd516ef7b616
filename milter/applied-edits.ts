import type { EditReply } from "./wire/replies.ts";

export type HeaderField = readonly [name: string, value: string];

/** A message as the MTA holds it. */
export interface EditedMessage {
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly headers: readonly HeaderField[];
  readonly body: Buffer;
  /** The reason for which it is held. */
  readonly quarantine?: string;
}

interface Draft {
  sender: string;
  recipients: string[];
  headers: HeaderField[];
  body: Buffer[];
  isBodyReplaced: boolean;
  quarantine: string | undefined;
}

/**
 * The Received header that the MTA has put on top, which milters are not shown. Insertions count it; changes leave out
 * the topmost header, whichever that is by then (Postfix, src/cleanup/cleanup_milter.c).
 */
const OWN_RECEIVED: HeaderField = ["Received", "the MTA's own"];
const HIDDEN_HEADERS = 1;

function sameName(left: string, right: string): boolean {
  return left.trimEnd().toLowerCase() === right.toLowerCase();
}

function changeHeader(
  draft: Draft,
  { index, name, value }: Extract<EditReply, { kind: "change-header" }>,
): void {
  const positions = draft.headers.flatMap(([present], position) =>
    position >= HIDDEN_HEADERS && sameName(present, name) ? [position] : [],
  );
  const position = positions[Math.max(index, 1) - 1];
  if (position === undefined) {
    if (value !== "") draft.headers.push([name, value]);
  } else {
    draft.headers.splice(position, 1, ...(value === "" ? [] : [[name, value] as const]));
  }
}

function bareAddress(address: string): string {
  return address.replace(/^<(.*)>$/, "$1");
}

function replaceBody(draft: Draft, chunk: Buffer): void {
  if (!draft.isBodyReplaced) draft.body = [];
  draft.isBodyReplaced = true;
  draft.body.push(chunk);
}

type Appliers = {
  readonly [K in EditReply["kind"]]: (draft: Draft, edit: Extract<EditReply, { kind: K }>) => void;
};

const APPLIERS: Appliers = {
  "add-header": (draft, { name, value }) => {
    draft.headers.push([name, value]);
  },
  "insert-header": (draft, { index, name, value }) => {
    draft.headers.splice(index, 0, [name, value]);
  },
  "change-header": changeHeader,
  "add-recipient": (draft, { recipient }) => {
    draft.recipients.push(recipient);
  },
  "delete-recipient": (draft, { recipient }) => {
    const gone = bareAddress(recipient);
    draft.recipients = draft.recipients.filter((present) => bareAddress(present) !== gone);
  },
  "change-sender": (draft, { sender }) => {
    draft.sender = sender;
  },
  "replace-body": (draft, { chunk }) => {
    replaceBody(draft, chunk);
  },
  quarantine: (draft, { reason }) => {
    draft.quarantine = reason;
  },
};

function apply(draft: Draft, edit: EditReply): void {
  const applier = APPLIERS[edit.kind] as (draft: Draft, edit: EditReply) => void;
  applier(draft, edit);
}

/** The message after the edits, made one by one in their order, as cleanup(8) makes them. */
export function applyEdits(message: EditedMessage, edits: readonly EditReply[]): EditedMessage {
  const draft: Draft = {
    sender: message.sender,
    recipients: [...message.recipients],
    headers: [OWN_RECEIVED, ...message.headers],
    body: [message.body],
    isBodyReplaced: false,
    quarantine: message.quarantine,
  };
  for (const edit of edits) apply(draft, edit);
  return {
    sender: draft.sender,
    recipients: draft.recipients,
    headers: draft.headers.filter((header) => header !== OWN_RECEIVED),
    body: Buffer.concat(draft.body),
    ...(draft.quarantine === undefined ? {} : { quarantine: draft.quarantine }),
  };
}
