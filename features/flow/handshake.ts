import { TCP_FLAGS } from "../decode/segment.ts";
import type { TcpSegment } from "../decode/segment.ts";
import { sequenceDistance, sequenceNumber } from "./sequence.ts";

const { syn: SYN, rst: RST, ack: ACK } = TCP_FLAGS;

/**
 * The server's half of the handshake: from the last SYN-ACK before the ACK that completes it to that ACK, the client's
 * first segment with ACK, without SYN and RST, that acknowledges beyond the server's initial sequence number.
 */
export class Handshake {
  /** Whether the server's SYN-ACK was seen. */
  isAnswered = false;
  /** Nanoseconds, once the handshake is complete. */
  roundTrip: number | null = null;

  #serverSequence = 0;
  #answeredAt = 0;

  see(segment: TcpSegment, at: number, isClient: boolean): void {
    if (this.roundTrip !== null) return;
    if (isClient) this.#seeClient(segment, at);
    else if ((segment.flags & (SYN | ACK)) === (SYN | ACK)) this.#seeAnswer(segment, at);
  }

  #seeAnswer(segment: TcpSegment, at: number): void {
    if (!this.isAnswered) this.#serverSequence = segment.sequence;
    this.isAnswered = true;
    this.#answeredAt = at;
  }

  #seeClient(segment: TcpSegment, at: number): void {
    if (!this.isAnswered || (segment.flags & (ACK | SYN | RST)) !== ACK) return;
    const initial = sequenceNumber(this.#serverSequence);
    const beyond = sequenceDistance(initial, sequenceNumber(segment.acknowledgment));
    if (beyond > 0) this.roundTrip = Math.max(0, at - this.#answeredAt);
  }
}
