import type { SessionPort } from "./session-port.ts";
import { EVENT_FLAGS, PROTOCOL } from "./wire/codes.ts";
import type { EventName } from "./wire/commands.ts";
import type { Agreement } from "./wire/negotiation.ts";
import { encodeFinal, type FinalReply } from "./wire/replies.ts";

/**
 * Sends the answers that are owed under an agreement, and no others: Postfix takes a reply that it does not expect as
 * the answer to the next event.
 */
export class OwedReplies {
  readonly #port: Pick<SessionPort, "send">;
  readonly #isHeard: (name: EventName) => boolean;
  readonly #protocol: number;

  constructor(
    agreement: Agreement,
    port: Pick<SessionPort, "send">,
    isHeard: (name: EventName) => boolean,
  ) {
    this.#protocol = agreement.protocol;
    this.#port = port;
    this.#isHeard = isHeard;
  }

  get canSkip(): boolean {
    return (this.#protocol & PROTOCOL.skip) !== 0;
  }

  send(name: EventName, reply: FinalReply): void {
    const isUnanswered = (this.#protocol & EVENT_FLAGS[name].noReply) !== 0;
    if (!isUnanswered) this.#port.send(encodeFinal(reply));
  }

  /** The answer where the filter has none. A body that nobody wants need not go on coming. */
  sendUnheard(name: EventName): void {
    const isUseless = name === "body" && !this.#isHeard(name) && this.canSkip;
    this.send(name, { kind: isUseless ? "skip" : "continue" });
  }
}
