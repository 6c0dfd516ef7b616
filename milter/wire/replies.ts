import { REPLY } from "./codes.ts";
import { encodePacket, type Field } from "./packet-encoding.ts";
import type { Packet } from "./packet-splitter.ts";
import { PayloadReader } from "./payload-reader.ts";
import { MilterProtocolError } from "./protocol-error.ts";

/** Replies that end the wait for an answer and carry nothing. */
const BARE = {
  continue: REPLY.continue,
  accept: REPLY.accept,
  reject: REPLY.reject,
  tempfail: REPLY.tempfail,
  discard: REPLY.discard,
  skip: REPLY.skip,
  shutdown: REPLY.shutdown,
  "connection-failure": REPLY.connectionFailure,
} as const;

/** A final answer to one event. The text of a reply code is `5xx x.y.z …`, lines separated by CRLF, `%` doubled. */
export type FinalReply =
  { readonly kind: keyof typeof BARE } | { readonly kind: "reply-code"; readonly text: string };

interface HeaderFields {
  readonly name: string;
  readonly value: string;
}

/** A change of the message, allowed at end of message only, before the final answer. */
export type EditReply =
  | ({ readonly kind: "add-header" } & HeaderFields)
  /** Index 0 is above everything, 1 below the first header. */
  | ({ readonly kind: "insert-header"; readonly index: number } & HeaderFields)
  /** The index counts the headers of this name from 1; an empty value deletes. */
  | ({ readonly kind: "change-header"; readonly index: number } & HeaderFields)
  | {
      readonly kind: "add-recipient";
      readonly recipient: string;
      readonly arguments: string | undefined;
    }
  | { readonly kind: "delete-recipient"; readonly recipient: string }
  | {
      readonly kind: "change-sender";
      readonly sender: string;
      readonly arguments: string | undefined;
    }
  | { readonly kind: "replace-body"; readonly chunk: Buffer }
  | { readonly kind: "quarantine"; readonly reason: string };

export type Reply = FinalReply | EditReply | { readonly kind: "progress" };

function optional(text: string | undefined): readonly Field[] {
  return text === undefined ? [] : [text];
}

type Encoder<R> = (reply: R) => readonly [code: number, ...fields: Field[]];

const EDIT_ENCODERS: {
  readonly [K in EditReply["kind"]]: Encoder<Extract<EditReply, { kind: K }>>;
} = {
  "add-header": ({ name, value }) => [REPLY.addHeader, name, value],
  "insert-header": ({ index, name, value }) => [REPLY.insertHeader, index, name, value],
  "change-header": ({ index, name, value }) => [REPLY.changeHeader, index, name, value],
  "add-recipient": (reply) => [
    reply.arguments === undefined ? REPLY.addRecipient : REPLY.addRecipientWithArguments,
    reply.recipient,
    ...optional(reply.arguments),
  ],
  "delete-recipient": ({ recipient }) => [REPLY.deleteRecipient, recipient],
  "change-sender": (reply) => [REPLY.changeSender, reply.sender, ...optional(reply.arguments)],
  "replace-body": ({ chunk }) => [REPLY.replaceBody, chunk],
  quarantine: ({ reason }) => [REPLY.quarantine, reason],
};

/** The packet of an edit. */
export function encodeEdit(edit: EditReply): Buffer {
  const encode = EDIT_ENCODERS[edit.kind] as Encoder<EditReply>;
  return encodePacket(...encode(edit));
}

/** SMFIR_PROGRESS: "still working", restarts the MTA's timer. */
export const PROGRESS_PACKET = encodePacket(REPLY.progress);

/** The bare answers are the same bytes every time, so they are made once. */
const BARE_PACKETS = new Map<string, Buffer>(
  Object.entries(BARE).map(([kind, code]) => [kind, encodePacket(code)]),
);

/** The packet of a final answer. */
export function encodeFinal(reply: FinalReply): Buffer {
  return reply.kind === "reply-code"
    ? encodePacket(REPLY.replyCode, reply.text)
    : (BARE_PACKETS.get(reply.kind) ?? encodePacket(BARE[reply.kind]));
}

type Decoder = (reader: PayloadReader) => Reply;

function headerFields(reader: PayloadReader): HeaderFields {
  return { name: reader.terminated("name"), value: reader.terminated("value") };
}

function optionalText(reader: PayloadReader): string | undefined {
  return reader.isAtEnd ? undefined : reader.terminated("arguments");
}

const DECODERS: Readonly<Partial<Record<number, Decoder>>> = {
  ...Object.fromEntries(
    Object.entries(BARE).map(([kind, code]) => [
      code,
      () => ({ kind: kind as keyof typeof BARE }) as const,
    ]),
  ),
  [REPLY.progress]: () => ({ kind: "progress" }),
  [REPLY.replyCode]: (reader) => ({ kind: "reply-code", text: reader.terminated("text") }),
  [REPLY.addHeader]: (reader) => ({ kind: "add-header", ...headerFields(reader) }),
  [REPLY.insertHeader]: (reader) => ({
    kind: "insert-header",
    index: reader.uint32("index"),
    ...headerFields(reader),
  }),
  [REPLY.changeHeader]: (reader) => ({
    kind: "change-header",
    index: reader.uint32("index"),
    ...headerFields(reader),
  }),
  [REPLY.addRecipient]: (reader) => ({
    kind: "add-recipient",
    recipient: reader.terminated("recipient"),
    arguments: undefined,
  }),
  [REPLY.addRecipientWithArguments]: (reader) => ({
    kind: "add-recipient",
    recipient: reader.terminated("recipient"),
    arguments: optionalText(reader),
  }),
  [REPLY.deleteRecipient]: (reader) => ({
    kind: "delete-recipient",
    recipient: reader.terminated("recipient"),
  }),
  [REPLY.changeSender]: (reader) => ({
    kind: "change-sender",
    sender: reader.terminated("sender"),
    arguments: optionalText(reader),
  }),
  [REPLY.replaceBody]: (reader) => ({ kind: "replace-body", chunk: reader.rest() }),
  [REPLY.quarantine]: (reader) => ({ kind: "quarantine", reason: reader.terminated("reason") }),
};

/** What the milter says. As strict as Postfix: unknown codes, missing NULs and surplus bytes are errors. */
export function decodeReply(packet: Packet): Reply {
  const decode = DECODERS[packet.code];
  const code = `0x${packet.code.toString(16)}`;
  if (decode === undefined) throw new MilterProtocolError("unknown-reply", code);
  const reader = new PayloadReader(packet.payload, `the reply ${code}`);
  const reply = decode(reader);
  reader.end();
  return reply;
}
