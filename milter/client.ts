import { applyEdits, type EditedMessage, type HeaderField } from "./applied-edits.ts";
import { ClientLink } from "./client-link.ts";
import { encodeMacros, type MacroValues } from "./client-macros.ts";
import type { DecisionPoint } from "./decision-reply.ts";
import { MilterProtocolError } from "./errors.ts";
import type { ListenSpec } from "./listen-spec.ts";
import { CHUNK_BYTES, COMMAND, EVENT_FLAGS, POSTFIX_OFFER } from "./wire/codes.ts";
import { encodeCommand } from "./wire/command-encoding.ts";
import type { EventName, Events } from "./wire/commands.ts";
import { type Agreement, decodeAgreement, type Offer } from "./wire/negotiation.ts";
import { decodeReply, type EditReply, type FinalReply, type Reply } from "./wire/replies.ts";

export interface MilterClientOptions {
  /** What this MTA says it can do; by default what Postfix says. */
  readonly offer?: Offer;
  /** Macros that this MTA knows from the start. */
  readonly macros?: MacroValues;
  /** Longest wait for one reply, in milliseconds. */
  readonly replyTimeoutMs?: number;
}

const DEFAULT_REPLY_TIMEOUT_MS = 30_000;

/** A message to be played. */
export interface OutgoingMessage {
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly headers: readonly HeaderField[];
  /** Lines end in CRLF. */
  readonly body: string | Buffer;
}

/** What became of it. */
export interface PlayedMessage {
  /** Where the milter decided. */
  readonly point: DecisionPoint;
  readonly reply: FinalReply;
  readonly edits: readonly EditReply[];
  /** As it would be delivered: without refused recipients, with the edits. */
  readonly message: EditedMessage;
}

/** The answer to the end of a message. */
export interface EndReply {
  readonly edits: readonly EditReply[];
  readonly reply: FinalReply;
}

const FINAL_KINDS: ReadonlySet<Reply["kind"]> = new Set<Reply["kind"]>([
  "continue",
  "accept",
  "reject",
  "tempfail",
  "discard",
  "skip",
  "shutdown",
  "connection-failure",
  "reply-code",
]);

function isFinal(reply: Reply): reply is FinalReply {
  return FINAL_KINDS.has(reply.kind);
}

/** The first protocol version that has the event. */
const SINCE_VERSION: Readonly<Partial<Record<EventName, number>>> = { unknown: 3, data: 4 };

/** Events whose macros too are left out when the event is. */
const CONTENT: ReadonlySet<EventName> = new Set<EventName>(["header", "endOfHeaders", "body"]);

/**
 * The MTA's side of one milter connection, as Postfix plays it: macros before each event, nothing that the milter does
 * not want, no wait where no reply is owed. Methods reject with MilterProtocolError when the milter misbehaves.
 */
export class MilterClient {
  readonly agreement: Agreement;
  readonly #link: ClientLink;
  #macros: MacroValues;
  #skipped: EventName | undefined;

  private constructor(link: ClientLink, agreement: Agreement, macros: MacroValues) {
    this.#link = link;
    this.agreement = agreement;
    this.#macros = macros;
  }

  /** Connects and negotiates. */
  static async open(target: ListenSpec, options: MilterClientOptions = {}): Promise<MilterClient> {
    const offer = options.offer ?? POSTFIX_OFFER;
    const link = await ClientLink.open(target, options.replyTimeoutMs ?? DEFAULT_REPLY_TIMEOUT_MS);
    link.write(encodeCommand({ kind: "negotiate", offer }));
    const { code, payload } = await link.read();
    if (code !== COMMAND.negotiate) {
      throw new MilterProtocolError("unexpected-reply", `0x${code.toString(16)} to OPTNEG`);
    }
    return new MilterClient(link, decodeAgreement(payload, offer), options.macros ?? {});
  }

  /** Adds to the macros that this MTA knows, or changes them. */
  defineMacros(values: MacroValues): void {
    this.#macros = { ...this.#macros, ...values };
  }

  /** Plays one event. The answer is undefined where none is owed, or where the milter does not want the event. */
  async send(event: Events[EventName]): Promise<FinalReply | undefined> {
    const name = event.kind;
    if (this.#skipped === name) return undefined;
    this.#skipped = undefined;
    if (this.agreement.version < (SINCE_VERSION[name] ?? 0)) return undefined;
    const isUnwanted = (this.agreement.protocol & EVENT_FLAGS[name].no) !== 0;
    if (!isUnwanted || !CONTENT.has(name)) this.#writeMacros(name);
    if (isUnwanted) return undefined;
    this.#link.write(encodeCommand(event));
    if ((this.agreement.protocol & EVENT_FLAGS[name].noReply) !== 0) return undefined;
    const { edits, reply } = await this.#readReplies();
    if (edits.length > 0) {
      throw new MilterProtocolError("unexpected-reply", `an edit in reply to ${name}`);
    }
    if (reply.kind === "skip") this.#skipped = name;
    return reply;
  }

  /** Ends the message and gathers the edits. */
  async endOfMessage(): Promise<EndReply> {
    this.#skipped = undefined;
    this.#writeMacros("endOfMessage");
    this.#link.write(encodeCommand({ kind: "endOfMessage", chunk: Buffer.alloc(0) }));
    return this.#readReplies();
  }

  /** Owes no reply. Postfix sends it after every message, often twice. */
  abort(times = 1): void {
    this.#skipped = undefined;
    for (let sent = 0; sent < times; sent += 1) {
      this.#link.write(encodeCommand({ kind: "abort" }));
    }
    this.#link.flush();
  }

  /** The connection goes on with another SMTP client, as Sendmail does it. */
  nextConnection(): void {
    this.#link.write(encodeCommand({ kind: "quitNewConnection" }));
  }

  async quit(): Promise<void> {
    this.#link.write(encodeCommand({ kind: "quit" }));
    await this.#link.end();
  }

  /** Goes away without a word. */
  async vanish(): Promise<void> {
    await this.#link.end();
  }

  /** Plays a whole message, as far as the milter lets it come, and the ABORT that follows. */
  async playMessage(message: OutgoingMessage): Promise<PlayedMessage> {
    const recipients: string[] = [];
    const held: EditedMessage = { ...message, recipients, body: Buffer.from(message.body) };
    for (const event of eventsOf(message, held.body)) {
      const reply = (await this.send(event)) ?? { kind: "continue" };
      const goesOn = reply.kind === "continue" || reply.kind === "skip";
      if (event.kind === "rcpt" && goesOn) recipients.push(event.recipient);
      if (goesOn || (event.kind === "rcpt" && isRefusal(reply))) continue;
      this.abort();
      return { point: event.kind, reply, edits: [], message: held };
    }
    const { edits, reply } = await this.endOfMessage();
    this.abort();
    return { point: "endOfMessage", reply, edits, message: applyEdits(held, edits) };
  }

  #writeMacros(point: EventName | "endOfMessage"): void {
    this.#link.write(encodeMacros(point, this.#macros, this.agreement.macros));
  }

  async #readReplies(): Promise<EndReply> {
    const edits: EditReply[] = [];
    for (;;) {
      const reply = decodeReply(await this.#link.read());
      if (isFinal(reply)) return { edits, reply };
      if (reply.kind !== "progress") edits.push(reply);
    }
  }
}

/** The answers that refuse one recipient and leave the message as it is. */
function isRefusal(reply: FinalReply): boolean {
  return reply.kind === "reject" || reply.kind === "tempfail" || reply.kind === "reply-code";
}

function* eventsOf(message: OutgoingMessage, body: Buffer): Generator<Events[EventName]> {
  yield { kind: "mail", sender: message.sender, arguments: [] };
  for (const recipient of message.recipients) yield { kind: "rcpt", recipient, arguments: [] };
  yield { kind: "data" };
  for (const [name, value] of message.headers) {
    yield { kind: "header", name, value, rawValue: Buffer.from(value) };
  }
  yield { kind: "endOfHeaders" };
  for (let at = 0; at < body.length; at += CHUNK_BYTES) {
    yield { kind: "body", chunk: body.subarray(at, at + CHUNK_BYTES) };
  }
}
