/** Bytes came for a line that is longer than agreed. */
export class LongLineError extends Error {
  override readonly name = "LongLineError";
}

const LINE_END = 0x0a;

/** Cuts a stream into lines, however it arrives; holds no more than the longest line that is allowed. */
export class LineSplitter {
  readonly #maxBytes: number;
  #pieces: Buffer[] = [];
  #pending = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that are whole now, without their ends. Throws LongLineError; the stream is of no more use then. */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_END, start);
      const piece = chunk.subarray(start, end < 0 ? chunk.length : end);
      this.#pending += piece.length;
      if (this.#pending > this.#maxBytes) {
        throw new LongLineError(`a line of more than ${this.#maxBytes} bytes`);
      }
      if (end < 0) {
        if (piece.length > 0) this.#pieces.push(piece);
        return lines;
      }
      lines.push(Buffer.concat([...this.#pieces, piece]).toString("utf8"));
      this.#pieces = [];
      this.#pending = 0;
      start = end + 1;
    }
  }
}
