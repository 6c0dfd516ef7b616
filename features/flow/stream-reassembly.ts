/** Out-of-order payload that is kept of one side, in bytes and in segments, before its hole is given up. */
export const MAX_HELD_BYTES = 262_144;
export const MAX_HELD_SEGMENTS = 256;

/** Takes a stream in order. */
export interface StreamReader {
  /** The next bytes, `bytes[from … to)`; valid during the call only. */
  take(bytes: Uint8Array, from: number, to: number): void;
  /** The next `count` bytes were sent, but the capture does not have them. */
  miss(count: number): void;
}

/** Payload as it was captured: `length` bytes from `start` on, of which the first `captured` lie at `offset`. */
export interface PayloadRun {
  /** Position in the stream. */
  readonly start: number;
  readonly length: number;
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly captured: number;
}

/** Puts the payload of one side in order, each position once, the first copy of it. */
export class StreamReassembly {
  readonly #reader: StreamReader;
  /** The position that comes next; undefined before the first payload of a stream whose beginning is unknown. */
  #next: number | undefined;
  /** Runs behind a hole, by position. */
  #held: PayloadRun[] = [];
  #heldBytes = 0;

  /** `start` is the position of the first byte, where it is known. */
  constructor(reader: StreamReader, start: number | undefined) {
    this.#reader = reader;
    this.#next = start;
  }

  see(run: PayloadRun): void {
    this.#next ??= run.start;
    if (run.start > this.#next) {
      this.#hold(run);
    } else {
      this.#pass(run);
      this.#passHeld();
    }
  }

  /** What the receiver acknowledged it had: what is missing below `acknowledgedTo` was not captured and never comes. */
  giveUpBelow(acknowledgedTo: number): void {
    while (this.#next !== undefined && this.#next < acknowledgedTo) {
      this.#skipTo(Math.min(acknowledgedTo, this.#held[0]?.start ?? acknowledgedTo));
      this.#passHeld();
    }
  }

  #pass(run: PayloadRun): void {
    const known = (this.#next ?? run.start) - run.start;
    if (known >= run.length) return;
    this.#next = run.start + run.length;
    if (known < run.captured) {
      this.#reader.take(run.bytes, run.offset + known, run.offset + run.captured);
    }
    const missing = run.length - Math.max(known, run.captured);
    if (missing > 0) this.#reader.miss(missing);
  }

  #passHeld(): void {
    for (;;) {
      const first = this.#held[0];
      if (first === undefined || first.start > (this.#next ?? 0)) return;
      this.#held.shift();
      this.#heldBytes -= first.captured;
      this.#pass(first);
    }
  }

  #hold(run: PayloadRun): void {
    const bytes = run.bytes.slice(run.offset, run.offset + run.captured);
    const after = this.#held.findIndex((other) => other.start > run.start);
    this.#held.splice(after < 0 ? this.#held.length : after, 0, { ...run, bytes, offset: 0 });
    this.#heldBytes += run.captured;
    while (this.#held.length > MAX_HELD_SEGMENTS || this.#heldBytes > MAX_HELD_BYTES) {
      this.#skipTo(this.#held[0]?.start ?? run.start);
      this.#passHeld();
    }
  }

  #skipTo(position: number): void {
    const missing = position - (this.#next ?? position);
    this.#next = position;
    if (missing > 0) this.#reader.miss(missing);
  }
}
