import { CaptureError } from "./packet-source.ts";
import type { CaptureFault } from "./packet-source.ts";

/** What a reader calls the stream in its errors. */
export interface StreamOrigin {
  /** File name, or what else the bytes come from. */
  readonly name: string;
  /** True where offsets count the bytes behind a decompressor. */
  readonly isDecompressed?: boolean;
}

/**
 * Cuts a stream of bytes into the records of a file format, however the stream arrives in chunks. A record that lies
 * within one chunk is handed over where it lies; only one that spans chunks is copied.
 *
 * The memory held is bounded by the longest record that `sizeAt` lets pass.
 */
export abstract class RecordStream {
  readonly #origin: StreamOrigin;
  /** The beginning of a record that the chunks so far did not complete: the first `#carried` bytes. */
  #carry = new Uint8Array(0);
  #carried = 0;
  #position = 0;

  constructor(origin: StreamOrigin) {
    this.#origin = origin;
  }

  /** Offset in the stream of the first byte that was not yet handled. */
  get position(): number {
    return this.#position;
  }

  /**
   * Takes the next bytes of the stream. The chunk belongs to the caller again when the call returns.
   * Throws CaptureError at the record that is damaged; the records before it have been delivered.
   */
  push(chunk: Uint8Array): void {
    let at = this.#carried === 0 ? 0 : this.#completeCarried(chunk);
    for (;;) {
      const available = chunk.length - at;
      const size = this.sizeAt(chunk, at, available);
      if (size > available) break;
      this.take(chunk, at, size);
      this.#position += size;
      at += size;
    }
    this.#carryOver(chunk, at, chunk.length);
  }

  /** Tells that the stream is at its end. Throws CaptureError when it ends within a record. */
  end(): void {
    if (this.#carried > 0) {
      throw this.fault("damaged", `the file ends ${this.#carried} bytes into a record or header`);
    }
  }

  /**
   * How many bytes the record at `at` takes, as far as the `available` bytes there tell. An answer above `available` asks
   * to be called again when that many are there. Throws (`this.fault`) where the length is absurd.
   */
  protected abstract sizeAt(bytes: Uint8Array, at: number, available: number): number;

  /** Handles the whole record in `bytes[at … at + size)`. */
  protected abstract take(bytes: Uint8Array, at: number, size: number): void;

  /** An error about the record at the present position, or at another one. */
  protected fault(fault: CaptureFault, what: string, position = this.#position): CaptureError {
    const { name, isDecompressed = false } = this.#origin;
    const stream = isDecompressed ? " of the uncompressed stream" : "";
    return new CaptureError(fault, `${name}: byte ${position}${stream}: ${what}`);
  }

  /** Adds bytes of the chunk to the carried record until it is whole or the chunk at its end: how many were used. */
  #completeCarried(chunk: Uint8Array): number {
    let at = 0;
    for (;;) {
      const size = this.sizeAt(this.#carry, 0, this.#carried);
      if (size <= this.#carried) {
        this.#carried = 0;
        this.take(this.#carry, 0, size);
        this.#position += size;
        return at;
      }
      if (at === chunk.length) return at;
      const next = Math.min(chunk.length, at + size - this.#carried);
      this.#carryOver(chunk, at, next);
      at = next;
    }
  }

  #carryOver(chunk: Uint8Array, from: number, to: number): void {
    const wanted = this.#carried + to - from;
    if (wanted > this.#carry.length) {
      const grown = new Uint8Array(Math.max(wanted, 2 * this.#carry.length));
      grown.set(this.#carry.subarray(0, this.#carried));
      this.#carry = grown;
    }
    this.#carry.set(chunk.subarray(from, to), this.#carried);
    this.#carried = wanted;
  }
}
