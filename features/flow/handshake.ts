import { TCP_FLAGS } from "../decode/segment.ts";
import type { TcpSegment } from "../decode/segment.ts";
import { NONE, PAIR_COUNT, PAIR_REAL } from "./flow-cells.ts";
import { PairCells, STATE } from "./pair-cells.ts";
import { sequenceDistance, sequenceNumber } from "./sequence.ts";

const { syn: SYN, rst: RST, ack: ACK } = TCP_FLAGS;

/**
 * The server's half of the handshake: from the last SYN-ACK before the ACK that completes it to that ACK, the client's
 * first segment with ACK, without SYN and RST, that acknowledges beyond the server's initial sequence number.
 */
export class Handshake extends PairCells {
  /** Whether the server's SYN-ACK was seen. */
  get isAnswered(): boolean {
    return this.is(STATE.answered);
  }

  /** Nanoseconds, once the handshake is complete. */
  get roundTrip(): number | null {
    const roundTrip = this.real(PAIR_REAL.handshakeRoundTrip);
    return roundTrip === NONE ? null : roundTrip;
  }

  /** When it was complete; null before. */
  get completedAt(): number | null {
    const { roundTrip } = this;
    return roundTrip === null ? null : this.real(PAIR_REAL.answeredAt) + roundTrip;
  }

  see(segment: TcpSegment, at: number, isClient: boolean): void {
    if (this.real(PAIR_REAL.handshakeRoundTrip) !== NONE) return;
    if (isClient) this.#seeClient(segment, at);
    else if ((segment.flags & (SYN | ACK)) === (SYN | ACK)) this.#seeAnswer(segment, at);
  }

  #seeAnswer(segment: TcpSegment, at: number): void {
    if (!this.isAnswered) this.setCount(PAIR_COUNT.serverSequence, segment.sequence | 0);
    this.set(STATE.answered, true);
    this.setReal(PAIR_REAL.answeredAt, at);
  }

  #seeClient(segment: TcpSegment, at: number): void {
    if (!this.isAnswered || (segment.flags & (ACK | SYN | RST)) !== ACK) return;
    const initial = sequenceNumber(this.count(PAIR_COUNT.serverSequence));
    const beyond = sequenceDistance(initial, sequenceNumber(segment.acknowledgment));
    if (beyond <= 0) return;
    this.setReal(PAIR_REAL.handshakeRoundTrip, Math.max(0, at - this.real(PAIR_REAL.answeredAt)));
  }
}
