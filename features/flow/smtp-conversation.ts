import { TCP_FLAGS } from "../decode/segment.ts";
import type { TcpSegment } from "../decode/segment.ts";
import type { Flow } from "./flow.ts";
import type { CutRule, FlowRecord } from "./flow-record.ts";
import type { HalfFlow } from "./half-flow.ts";
import { ReplyCodes } from "./reply-codes.ts";
import { SmtpDialogue } from "./smtp-dialogue.ts";
import { StreamReassembly } from "./stream-reassembly.ts";
import type { PayloadRun, StreamReader } from "./stream-reassembly.ts";

/** What a client may send ahead of the reply to DATA before that counts as accepted, in bytes and in segments. */
export const MAX_AHEAD_BYTES = 131_072;
export const MAX_AHEAD_SEGMENTS = 128;

/** Bytes that came before the reply that says what they are, with the flow as it stood when they came. */
interface SentAhead {
  /** Undefined where they were not captured. */
  readonly bytes: Uint8Array | undefined;
  readonly count: number;
  readonly record: FlowRecord;
}

export type CutSink = (record: FlowRecord, message: number, cut: CutRule) => void;

/** The SMTP session of one flow: its two streams in order, the dialogue they make, and its messages. */
export class SmtpConversation {
  readonly #flow: Flow;
  readonly #sink: CutSink;
  readonly #dialogue: SmtpDialogue;
  readonly #client: StreamReassembly;
  readonly #server: StreamReassembly;
  readonly #replies = new ReplyCodes();

  readonly #ahead: SentAhead[] = [];
  #aheadBytes = 0;
  /** The flow as it stood when the bytes came that are being read; undefined where that is now. */
  #moment: FlowRecord | undefined;
  /** Contents that ended and of which it is not decided yet whether they are messages. */
  readonly #undecided: FlowRecord[] = [];
  #messages = 0;

  constructor(flow: Flow, sink: CutSink) {
    this.#flow = flow;
    this.#sink = sink;
    const clientStart = flow.clientHalf.payloadStart;
    const events = {
      endOfData: (): void => {
        this.#undecided.push(this.#moment ?? flow.record());
      },
      decided: (isMessage: boolean): void => {
        this.#decide(isMessage);
      },
    };
    this.#dialogue = new SmtpDialogue(events, clientStart !== undefined);
    this.#client = new StreamReassembly(this.#clientReader(), clientStart);
    this.#server = new StreamReassembly(this.#serverReader(), flow.serverHalf.payloadStart);
  }

  /** Takes a segment with payload right after the flow took it. */
  see(segment: TcpSegment): void {
    if ((segment.flags & TCP_FLAGS.rst) !== 0) return;
    if (this.#flow.isClientLast) {
      if (this.#flow.serverHalf.packets === 0) this.#dialogue.deafen();
      this.#client.see(payloadOf(segment, this.#flow.clientHalf));
    } else {
      this.#server.see(payloadOf(segment, this.#flow.serverHalf));
    }
  }

  /** The flow is over: what was acknowledged but never captured is missing for good, and what is undecided stands. */
  finish(): void {
    this.#server.giveUpBelow(acknowledgedPayload(this.#flow.serverHalf));
    this.#client.giveUpBelow(acknowledgedPayload(this.#flow.clientHalf));
    while (this.#undecided.length > 0) this.#decide(true);
    if (this.#dialogue.sentUnread) this.#sink(this.#flow.record(), this.#messages + 1, "flow-end");
  }

  #clientReader(): StreamReader {
    return {
      take: (bytes, from, to) => {
        const next = this.#ahead.length > 0 ? from : this.#dialogue.read(bytes, from, to);
        if (next < to) this.#keepAhead(bytes.slice(next, to), to - next);
      },
      miss: (count) => {
        if (this.#dialogue.isWaiting) this.#keepAhead(undefined, count);
        else this.#dialogue.miss(count);
      },
    };
  }

  #serverReader(): StreamReader {
    return {
      take: (bytes, from, to) => {
        this.#replies.read(bytes, from, to, (code) => {
          this.#dialogue.reply(code);
        });
        this.#readAhead();
      },
      miss: () => {
        this.#dialogue.deafen();
        this.#readAhead();
      },
    };
  }

  #keepAhead(bytes: Uint8Array | undefined, count: number): void {
    this.#ahead.push({ bytes, count, record: this.#flow.record() });
    this.#aheadBytes += bytes?.length ?? 0;
    if (this.#aheadBytes <= MAX_AHEAD_BYTES && this.#ahead.length <= MAX_AHEAD_SEGMENTS) return;
    this.#dialogue.deafen();
    this.#readAhead();
  }

  /** Reads what was sent ahead, up to the next reply that must be awaited. */
  #readAhead(): void {
    while (!this.#dialogue.isWaiting) {
      const first = this.#ahead.shift();
      if (first === undefined) break;
      this.#aheadBytes -= first.bytes?.length ?? 0;
      this.#moment = first.record;
      this.#readFirst(first);
    }
    this.#moment = undefined;
  }

  #readFirst(first: SentAhead): void {
    if (first.bytes === undefined) {
      this.#dialogue.miss(first.count);
      return;
    }
    const next = this.#dialogue.read(first.bytes, 0, first.bytes.length);
    if (next === first.bytes.length) return;
    this.#ahead.unshift({ ...first, bytes: first.bytes.subarray(next) });
    this.#aheadBytes += first.bytes.length - next;
  }

  #decide(isMessage: boolean): void {
    const record = this.#undecided.shift();
    if (record === undefined || !isMessage) return;
    this.#messages += 1;
    this.#sink(record, this.#messages, "end-of-data");
  }
}

function payloadOf(segment: TcpSegment, sender: HalfFlow): PayloadRun {
  return {
    start: sender.positionOf(segment.sequence) + (segment.flags & TCP_FLAGS.syn ? 1 : 0),
    length: segment.payloadLength,
    bytes: segment.bytes,
    offset: segment.payloadOffset,
    captured: segment.payloadCaptured,
  };
}

/** The position up to which payload was acknowledged; the FIN's number is none. */
function acknowledgedPayload(sender: HalfFlow): number {
  return sender.acknowledgedTo - (sender.isFinAcknowledged ? 1 : 0);
}
