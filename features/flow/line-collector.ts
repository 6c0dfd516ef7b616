/** Bytes kept of a line, the rest is dropped; a command with its arguments has at most 512 (RFC 5321 §4.5.3.1.4). */
export const MAX_LINE_BYTES = 1024;

const LF = 0x0a;

/** Collects lines out of a stream. They end with LF, with or without a CR before it, as servers take them. */
export class LineCollector {
  /** The line that the last `take` completed; undefined where it completed none. */
  line: string | undefined;
  #begun = "";

  /** Takes bytes up to the end of a line, if it lies in them, and returns the index behind the last one taken. */
  take(bytes: Uint8Array, from: number, to: number): number {
    const feed = bytes.subarray(from, to).indexOf(LF);
    const end = feed < 0 ? to : from + feed;
    const room = MAX_LINE_BYTES - this.#begun.length;
    this.#begun += String.fromCharCode(...bytes.subarray(from, Math.min(end, from + room)));
    this.line = undefined;
    if (feed < 0) return to;
    this.line = this.#begun.endsWith("\r") ? this.#begun.slice(0, -1) : this.#begun;
    this.#begun = "";
    return end + 1;
  }

  /** Whether the next byte is the first of a line. */
  get isAtStart(): boolean {
    return this.#begun === "";
  }
}
