const LF = 0x0a;
const HYPHEN = 0x2d;
const ZERO = 0x30;
const CODE_DIGITS = 3;

/**
 * Reads the codes of an SMTP server's replies out of its stream (RFC 5321 §4.2). Of a reply of several lines the last
 * counts, the one without a hyphen behind its code. Lines that begin with no code are passed over.
 */
export class ReplyCodes {
  #column = 0;
  #code = 0;
  #isContinued = false;

  /** Calls `take` with the code of each reply that these bytes complete. */
  read(bytes: Uint8Array, from: number, to: number, take: (code: number) => void): void {
    for (let index = from; index < to; index++) {
      const byte = bytes[index] ?? 0;
      if (byte === LF) this.#endLine(take);
      else this.#takeByte(byte);
    }
  }

  #endLine(take: (code: number) => void): void {
    const isReply = this.#column >= CODE_DIGITS && !Number.isNaN(this.#code) && !this.#isContinued;
    const code = this.#code;
    this.#column = 0;
    this.#code = 0;
    this.#isContinued = false;
    if (isReply) take(code);
  }

  #takeByte(byte: number): void {
    if (this.#column < CODE_DIGITS) {
      const digit = byte - ZERO;
      this.#code = digit >= 0 && digit <= 9 ? this.#code * 10 + digit : NaN;
    } else if (this.#column === CODE_DIGITS) {
      this.#isContinued = byte === HYPHEN;
    }
    this.#column += 1;
  }
}
