import type { TcpSegment } from "../decode/segment.ts";
import type { Flow } from "./flow.ts";
import type { CutRule, FlowRecord } from "./flow-record.ts";
import { SmtpConversation } from "./smtp-conversation.ts";

/** A flow as it stood at the end of one of its messages. */
export interface MessageCut {
  readonly flow: Flow;
  readonly record: FlowRecord;
  /** Which message of the connection, from 1 on. */
  readonly message: number;
  readonly cut: CutRule;
}

/**
 * Finds the messages of flows in their packets. A message is cut off with the client segment whose bytes complete its
 * content: CRLF.CRLF after an accepted DATA, or the last octet of BDAT LAST; where segments were overtaken, with the one
 * that fills the hole. The record counts from the SYN on.
 *
 * Where the client sent bytes that cannot be read, encrypted after STARTTLS or left out of the capture, it ends with one
 * cut more, "flow-end", the flow as it stood at its end. A flow without a message and without such bytes gives nothing.
 */
export class MessageCutter {
  readonly #sink: (cut: MessageCut) => void;
  readonly #conversations = new Map<Flow, SmtpConversation>();

  constructor(sink: (cut: MessageCut) => void) {
    this.#sink = sink;
  }

  /** Takes a segment right after its flow took it. */
  see(flow: Flow, segment: TcpSegment): void {
    if (segment.payloadLength === 0) return;
    let conversation = this.#conversations.get(flow);
    if (conversation === undefined) {
      conversation = new SmtpConversation(flow, (record, message, cut) => {
        this.#sink({ flow, record, message, cut });
      });
      this.#conversations.set(flow, conversation);
    }
    conversation.see(segment);
  }

  /** Must be told of the end of each flow, so that it gives out what was not decided yet and is forgotten. */
  finish(flow: Flow): void {
    this.#conversations.get(flow)?.finish();
    this.#conversations.delete(flow);
  }
}
