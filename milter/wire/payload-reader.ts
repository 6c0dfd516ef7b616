import { MilterProtocolError } from "./protocol-error.ts";

/** How the bytes of a text become a string: UTF-8, or one character per byte where the exact bytes matter. */
export type TextEncoding = "utf8" | "latin1";

/**
 * Reads the fields of one payload in order. Every read is checked here, so that a decoder cannot run past the end.
 * `what` names the packet in errors, for instance "CONNECT".
 */
export class PayloadReader {
  readonly #payload: Buffer;
  readonly #what: string;
  #offset = 0;

  constructor(payload: Buffer, what: string) {
    this.#payload = payload;
    this.#what = what;
  }

  get isAtEnd(): boolean {
    return this.#offset >= this.#payload.length;
  }

  byte(field: string): number {
    return this.#payload.readUInt8(this.#take(1, field));
  }

  uint16(field: string): number {
    return this.#payload.readUInt16BE(this.#take(2, field));
  }

  uint32(field: string): number {
    return this.#payload.readUInt32BE(this.#take(4, field));
  }

  /** The bytes up to the next NUL. Without one it is all that is left, maybe nothing: libmilter's peers are as lenient. */
  bytes(): Buffer {
    const end = this.#payload.indexOf(0, this.#offset);
    const bytes = this.#payload.subarray(this.#offset, end === -1 ? this.#payload.length : end);
    this.#offset += bytes.length + 1;
    return bytes;
  }

  /** As bytes(), decoded. */
  text(encoding: TextEncoding = "utf8"): string {
    return this.bytes().toString(encoding);
  }

  /** A string that must end in NUL, as Postfix demands of a milter's replies (milter8.c, MILTER8_DATA_STRING). */
  terminated(field: string): string {
    if (this.#payload.indexOf(0, this.#offset) === -1) {
      throw new MilterProtocolError(
        "string-unterminated",
        `${this.#what} has no NUL after ${field}`,
      );
    }
    return this.text();
  }

  /** All strings that are left. */
  texts(): string[] {
    const texts: string[] = [];
    while (!this.isAtEnd) texts.push(this.text());
    return texts;
  }

  /** All bytes that are left. */
  rest(): Buffer {
    const rest = this.#payload.subarray(this.#offset);
    this.#offset = this.#payload.length;
    return rest;
  }

  /** Refuses what stands behind the last field. */
  end(): void {
    if (this.isAtEnd) return;
    const surplus = this.#payload.length - this.#offset;
    throw new MilterProtocolError(
      "payload-too-long",
      `${this.#what} has ${surplus} bytes too many`,
    );
  }

  #take(bytes: number, field: string): number {
    const start = this.#offset;
    if (start + bytes > this.#payload.length) {
      throw new MilterProtocolError(
        "payload-too-short",
        `${this.#what} of ${this.#payload.length} bytes ends before its ${field}`,
      );
    }
    this.#offset = start + bytes;
    return start;
  }
}
