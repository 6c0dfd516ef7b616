import { CaptureError } from "./packet-source.ts";
import type { FrameSink } from "./packet-source.ts";
import { isPcapMagic, PcapReader } from "./pcap-reader.ts";
import { isPcapngMagic, PcapngReader } from "./pcapng-reader.ts";
import type { StreamOrigin } from "./record-stream.ts";

const MAGIC_BYTES = 4;

/** Reads a capture stream of either format: the first four bytes tell which it is. */
export class CaptureReader {
  readonly #sink: FrameSink;
  readonly #origin: StreamOrigin;
  #reader: PcapReader | PcapngReader | undefined;
  /** The first bytes, until there are enough to tell the format. */
  #beginning = new Uint8Array(0);

  constructor(sink: FrameSink, origin: StreamOrigin) {
    this.#sink = sink;
    this.#origin = origin;
  }

  /** Offset in the stream of the first byte that was not yet handled. */
  get position(): number {
    return this.#reader?.position ?? 0;
  }

  /** Frames delivered so far. */
  get frames(): number {
    return this.#reader?.frames ?? 0;
  }

  /** Frames left out because the link type of their interface cannot be decoded (pcapng only). */
  get skippedFrames(): number {
    return this.#reader instanceof PcapngReader ? this.#reader.skippedFrames : 0;
  }

  /** Whether the stamps are known to be written to the nanosecond (pcap only: pcapng tells it of each interface). */
  get hasNanoseconds(): boolean {
    return this.#reader instanceof PcapReader && this.#reader.hasNanoseconds;
  }

  /** Whether the file's header was read and is one that we can go on from. */
  get isStarted(): boolean {
    return this.#reader?.isStarted === true;
  }

  /** Takes the next bytes of the stream, cut anywhere. Throws CaptureError where it is damaged. */
  push(bytes: Uint8Array): void {
    // A view without Buffer's own methods: what reads it meets one kind of array only, and is twice as fast.
    const chunk = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    if (this.#reader !== undefined) {
      this.#reader.push(chunk);
      return;
    }
    const beginning = new Uint8Array(this.#beginning.length + chunk.length);
    beginning.set(this.#beginning);
    beginning.set(chunk, this.#beginning.length);
    this.#beginning = beginning;
    if (beginning.length < MAGIC_BYTES) return;
    this.#reader = this.#readerFor(beginning);
    this.#beginning = new Uint8Array(0);
    this.#reader.push(beginning);
  }

  /** Tells that the stream is at its end. Throws CaptureError when it ends where it must not. */
  end(): void {
    if (this.#reader !== undefined) this.#reader.end();
    else throw this.#notACapture(this.#beginning.length === 0 ? "empty" : "too short");
  }

  #readerFor(beginning: Uint8Array): PcapReader | PcapngReader {
    if (isPcapMagic(beginning, 0)) return new PcapReader(this.#sink, this.#origin);
    if (isPcapngMagic(beginning, 0)) return new PcapngReader(this.#sink, this.#origin);
    throw this.#notACapture("neither pcap nor pcapng");
  }

  #notACapture(what: string): CaptureError {
    return new CaptureError(
      "not-a-capture",
      `${this.#origin.name}: byte 0: not a capture: ${what}`,
    );
  }
}
