import { isCommandRefused } from "./smtp-commands.ts";

/**
 * What the server's replies say of the mail transaction at hand (RFC 5321 §3.3), as far as it decides whether content
 * that was sent is a message. Only content whose acceptance is not known beforehand is asked about: that of BDAT.
 */
export class SmtpTransaction {
  /** Recipients accepted; undefined while neither a MAIL nor an EHLO was seen to be answered. */
  #recipients: number | undefined;
  #isChunkRefused = false;

  /** MAIL, RSET, HELO and EHLO end what was begun; so does the reply to a whole message. */
  restart(): void {
    this.#recipients = 0;
    this.#isChunkRefused = false;
  }

  acceptRecipient(): void {
    this.#recipients = (this.#recipients ?? 0) + 1;
  }

  /** One chunk refused spoils the message (RFC 3030 §2). */
  refuseChunk(): void {
    this.#isChunkRefused = true;
  }

  /**
   * Whether the chunks up to the last, answered with `code`, were a message for the server to decide on. A refusal of
   * the message itself is such a decision; one of the command, or without recipients, is not.
   */
  endsMessage(code: number): boolean {
    const isMessage = this.#recipients !== 0 && !this.#isChunkRefused && !isCommandRefused(code);
    this.restart();
    return isMessage;
  }
}
