import { EndOfData } from "./end-of-data.ts";
import { LineCollector } from "./line-collector.ts";
import { isAwaited, isIntermediate, isPositive, smtpCommand } from "./smtp-commands.ts";
import type { Awaited, SmtpCommand } from "./smtp-commands.ts";
import { SmtpTransaction } from "./smtp-transaction.ts";

/** Commands that may wait for their reply; who sends more does not listen, and from then on nor do we. */
export const MAX_UNANSWERED = 256;

/** The first byte of a TLS record that bears a handshake (RFC 8446 §5.1); no SMTP command begins with it. */
const TLS_HANDSHAKE = 0x16;

/** What the next bytes of the client are. `nothing`: what cannot be read, be it encrypted or not captured. */
type Reading = "commands" | "answer" | "content" | "chunk" | "nothing";

/** What a reply answers. */
type Asked = Exclude<SmtpCommand["kind"], "unknown"> | "content" | "last-chunk";

/** What a dialogue tells while it is followed. */
export interface DialogueEvents {
  /** The last byte taken completes content that may be a message. */
  readonly endOfData: () => void;
  /** Whether the oldest content told of and not decided yet was a message. */
  readonly decided: (isMessage: boolean) => void;
}

/**
 * Follows an SMTP session (RFC 5321, with the pipelining of RFC 2920 and the chunks of RFC 3030) just far enough to know
 * where the content of messages ends. Replies are matched one to one to commands. Where the server cannot be heard, DATA
 * counts as accepted.
 */
export class SmtpDialogue {
  readonly #events: DialogueEvents;
  #reading: Reading = "commands";
  readonly #lines = new LineCollector();
  #content = new EndOfData();
  #chunkBytesLeft = 0;
  #isLastChunk = false;
  /** The decision on a last chunk that was answered before all of it had come. */
  #earlyDecision: boolean | undefined;

  readonly #transaction = new SmtpTransaction();
  #unanswered: Asked[] = [];
  #awaited: Awaited | undefined;
  #isGreeted = false;
  #isDeaf = false;
  #undecided = 0;

  /** Whether this is known to be SMTP: from its beginning, or by a command. */
  #isSmtp: boolean;
  #hasUnread = false;

  /** `sawBeginning`: the first bytes are those of the connection, so that what is no command is a bad command. */
  constructor(events: DialogueEvents, sawBeginning: boolean) {
    this.#events = events;
    this.#isSmtp = sawBeginning;
  }

  /** Whether nothing more can be read before the next reply. */
  get isWaiting(): boolean {
    return this.#awaited !== undefined;
  }

  /** Whether the client sent bytes that could not be read. */
  get sentUnread(): boolean {
    return this.#hasUnread;
  }

  /** Takes bytes of the client and returns the index of the first not taken: `to`, unless a reply is awaited. */
  read(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    while (at < to && this.#awaited === undefined) at = this.#readSome(bytes, at, to);
    return at;
  }

  /** The client sent `count` bytes that are not there. Of a chunk its length tells all; of the rest nothing is known. */
  miss(count: number): void {
    if (this.#reading === "chunk" && count <= this.#chunkBytesLeft) this.#takeChunk(count);
    else this.#stopReading();
  }

  /** Takes a reply of the server. */
  reply(code: number): void {
    if (this.#isDeaf) return;
    const isGreeting = !this.#isGreeted && (code === 220 || this.#unanswered.length === 0);
    this.#isGreeted = true;
    const asked = isGreeting ? undefined : this.#unanswered.shift();
    if (asked === undefined) return;
    if (asked === this.#awaited) this.#answerAwaited(code);
    else this.#answer(asked, code);
  }

  /** From here on the server cannot be heard: DATA that waits is accepted, and so is all that is undecided. */
  deafen(): void {
    if (this.#isDeaf) return;
    this.#isDeaf = true;
    this.#unanswered = [];
    while (this.#undecided > 0) this.#decide(true);
    if (this.#awaited === "data") this.#beginContent();
    this.#awaited = undefined;
  }

  #readSome(bytes: Uint8Array, from: number, to: number): number {
    switch (this.#reading) {
      case "commands":
        return this.#readCommand(bytes, from, to);
      case "answer":
        return this.#readAnswer(bytes, from, to);
      case "content":
        return this.#readContent(bytes, from, to);
      case "chunk":
        return from + this.#takeChunk(Math.min(to - from, this.#chunkBytesLeft));
      case "nothing":
        this.#hasUnread = true;
        return to;
    }
  }

  #readCommand(bytes: Uint8Array, from: number, to: number): number {
    if (this.#lines.isAtStart && bytes[from] === TLS_HANDSHAKE) {
      this.#stopReading();
      return to;
    }
    const next = this.#lines.take(bytes, from, to);
    if (this.#lines.line !== undefined) this.#takeCommand(smtpCommand(this.#lines.line));
    return next;
  }

  #takeCommand(command: SmtpCommand): void {
    const { kind } = command;
    if (kind === "unknown" && !this.#isSmtp) {
      this.#stopReading();
      return;
    }
    this.#isSmtp = true;
    if (kind === "chunk") {
      this.#beginChunk(command.octets, command.isLast);
      return;
    }
    this.#ask(kind === "unknown" ? "other" : kind);
    if (!isAwaited(kind)) return;
    if (!this.#isDeaf) this.#awaited = kind;
    else if (kind === "data") this.#beginContent();
  }

  /** A line of a SASL exchange (RFC 4954 §4), whatever it looks like. */
  #readAnswer(bytes: Uint8Array, from: number, to: number): number {
    const next = this.#lines.take(bytes, from, to);
    if (this.#lines.line === undefined) return next;
    this.#reading = "commands";
    this.#ask("auth");
    if (!this.#isDeaf) this.#awaited = "auth";
    return next;
  }

  #beginContent(): void {
    this.#reading = "content";
    this.#content = new EndOfData();
  }

  #readContent(bytes: Uint8Array, from: number, to: number): number {
    const end = this.#content.find(bytes, from, to);
    if (end < 0) return to;
    this.#reading = "commands";
    this.#ask("content");
    this.#completeContent();
    this.#decide(true);
    return end;
  }

  #beginChunk(octets: number, isLast: boolean): void {
    this.#ask(isLast ? "last-chunk" : "chunk");
    this.#isLastChunk = isLast;
    this.#chunkBytesLeft = octets;
    this.#reading = "chunk";
    this.#takeChunk(0);
  }

  #takeChunk(count: number): number {
    this.#chunkBytesLeft -= count;
    if (this.#chunkBytesLeft > 0) return count;
    this.#reading = "commands";
    if (!this.#isLastChunk) return count;
    this.#completeContent();
    const decision = this.#earlyDecision ?? (this.#isDeaf ? true : undefined);
    this.#earlyDecision = undefined;
    if (decision !== undefined) this.#decide(decision);
    return count;
  }

  #completeContent(): void {
    this.#undecided += 1;
    this.#events.endOfData();
  }

  #decide(isMessage: boolean): void {
    this.#undecided -= 1;
    this.#events.decided(isMessage);
  }

  #decideChunks(isMessage: boolean): void {
    if (this.#undecided > 0) this.#decide(isMessage);
    else this.#earlyDecision = isMessage;
  }

  #stopReading(): void {
    this.#reading = "nothing";
    this.#hasUnread = true;
  }

  #ask(asked: Asked): void {
    if (this.#isDeaf) return;
    if (this.#unanswered.length >= MAX_UNANSWERED) this.deafen();
    else this.#unanswered.push(asked);
  }

  #answerAwaited(code: number): void {
    const awaited = this.#awaited;
    this.#awaited = undefined;
    if (awaited === "data" && isIntermediate(code)) this.#beginContent();
    if (awaited === "starttls" && isPositive(code)) this.#reading = "nothing";
    if (awaited === "auth" && isIntermediate(code)) this.#reading = "answer";
  }

  #answer(asked: Asked, code: number): void {
    const transaction = this.#transaction;
    if (asked === "last-chunk") this.#decideChunks(transaction.endsMessage(code));
    else if (asked === "content") transaction.restart();
    else if (asked === "chunk" && !isPositive(code)) transaction.refuseChunk();
    else if (asked === "recipient" && isPositive(code)) transaction.acceptRecipient();
    else if ((asked === "mail" || asked === "restart") && isPositive(code)) transaction.restart();
  }
}
