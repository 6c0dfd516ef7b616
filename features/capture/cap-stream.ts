import type { Frame } from "../decode/segment.ts";
import {
  nativeUint32,
  RECORD_HEADER_BYTES,
  walkRecords,
  writeNativeUint32,
  writeRecord,
} from "./capture-records.ts";
import { MAX_SNAP_LENGTH, type FrameSink } from "./packet-source.ts";
import { RecordStream } from "./record-stream.ts";
import { emptyFrame } from "./reused-frame.ts";

/**
 * The byte stream from the cap child to its parent: batches of a header (ticket, bytes of records; 32 bits each) and
 * packet records. A ticket other than 0 answers the barrier of that number: all frames that the child had seen when it
 * answered stand before it.
 */
const BATCH_HEADER_BYTES = 8;
/** Most bytes of records in one batch. */
const MAX_BATCH_BYTES = 65_536;
const LARGEST_RECORD_BYTES = RECORD_HEADER_BYTES + MAX_SNAP_LENGTH;

/** Collects frames into batches; each frame must be cut to MAX_SNAP_LENGTH. */
export class BatchEncoder {
  readonly #batch = Buffer.allocUnsafe(BATCH_HEADER_BYTES + MAX_BATCH_BYTES);
  #end = BATCH_HEADER_BYTES;

  /** True when the next frame may not fit: take() the batch first. */
  get isFull(): boolean {
    return this.#end + LARGEST_RECORD_BYTES > this.#batch.length;
  }

  get isEmpty(): boolean {
    return this.#end === BATCH_HEADER_BYTES;
  }

  add(frame: Frame): void {
    this.#end = writeRecord(this.#batch, this.#end, frame);
  }

  /** The batch as bytes for the stream; the encoder starts anew. */
  take(ticket = 0): Buffer {
    const batch = Buffer.from(this.#batch.subarray(0, this.#end));
    writeNativeUint32(batch, 0, ticket);
    writeNativeUint32(batch, 4, this.#end - BATCH_HEADER_BYTES);
    this.#end = BATCH_HEADER_BYTES;
    return batch;
  }
}

export interface BatchReceiver {
  readonly frame: FrameSink;
  readonly ticket: (ticket: number) => void;
}

/** Reads the stream, however it is cut; `push` throws CaptureError at a batch that no encoder makes. */
export class BatchDecoder extends RecordStream {
  readonly #receiver: BatchReceiver;
  readonly #frame = emptyFrame();

  constructor(linkType: number, receiver: BatchReceiver) {
    super({ name: "the cap child" });
    this.#frame.linkType = linkType;
    this.#receiver = receiver;
  }

  protected override sizeAt(bytes: Uint8Array, at: number, available: number): number {
    if (available < BATCH_HEADER_BYTES) return BATCH_HEADER_BYTES;
    const recordBytes = nativeUint32(bytes, at + 4);
    if (recordBytes > MAX_BATCH_BYTES) {
      throw this.fault("damaged", `a batch of ${recordBytes} bytes, more than ${MAX_BATCH_BYTES}`);
    }
    return BATCH_HEADER_BYTES + recordBytes;
  }

  protected override take(bytes: Uint8Array, at: number, size: number): void {
    this.#frame.bytes = bytes;
    walkRecords(this.#frame, at + BATCH_HEADER_BYTES, at + size, this.#receiver.frame);
    const ticket = nativeUint32(bytes, at);
    if (ticket !== 0) this.#receiver.ticket(ticket);
  }
}
