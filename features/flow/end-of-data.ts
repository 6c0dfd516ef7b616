const LF = 0x0a;
const CR = 0x0d;
const DOT = 0x2e;

/** How much of CRLF.CRLF was read. */
const NOTHING = 0;
const AFTER_CR = 1;
const AT_LINE_START = 2;
const AFTER_DOT = 3;
const AFTER_DOT_CR = 4;

/**
 * Finds CRLF.CRLF, which ends the content that follows DATA (RFC 5321 §4.1.1.4). The CRLF of the DATA line is the first
 * of it, so that a message may consist of the dot alone.
 */
export class EndOfData {
  #progress = AT_LINE_START;

  /** The index behind the end, or -1 where these bytes do not complete it. */
  find(bytes: Uint8Array, from: number, to: number): number {
    for (let index = from; index < to; index++) {
      const byte = bytes[index] ?? 0;
      if (this.#progress === AFTER_DOT_CR && byte === LF) return index + 1;
      this.#progress = progressAfter(this.#progress, byte);
    }
    return -1;
  }
}

function progressAfter(progress: number, byte: number): number {
  if (byte === CR) return progress === AFTER_DOT ? AFTER_DOT_CR : AFTER_CR;
  if (byte === LF) return progress === AFTER_CR ? AT_LINE_START : NOTHING;
  return byte === DOT && progress === AT_LINE_START ? AFTER_DOT : NOTHING;
}
