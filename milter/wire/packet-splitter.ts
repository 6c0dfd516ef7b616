import { MilterProtocolError } from "./protocol-error.ts";

/**
 * Longest packet we take by default, in bytes, command byte included. Postfix caps body chunks at 65,535 bytes, but a
 * header only by its header_size_limit (102,400 by default), so a bound near 64 KiB would refuse real mail. 1 MiB is
 * also what SMFIP_MDS_1M stands for.
 */
export const MAX_PACKET_BYTES = 1_048_576;

/** One unit of the wire: its command or reply byte, and what follows it. */
export interface Packet {
  readonly code: number;
  /** Valid until the next packet is taken: a view of the bytes that were pushed, or of the splitter's own buffer. */
  readonly payload: Buffer;
  /** There for a piece of a packet whose rest is still to come. */
  readonly more?: true;
}

export interface PacketSplitterOptions {
  /** Bytes, command byte included. */
  readonly maxPacketBytes?: number;
  /** Packets of a code that is not wanted are yielded with an empty payload; their bytes are never kept. */
  readonly isWanted?: (code: number) => boolean;
  /** Packets of such a code are handed over in pieces as their bytes come, and never joined. */
  readonly comesInPieces?: (code: number) => boolean;
}

const LENGTH_BYTES = 4;
const HEAD_BYTES = LENGTH_BYTES + 1;
const NOTHING = Buffer.alloc(0);

/** What is reserved for a packet in pieces before its bytes are here: enough for any body chunk, and no more. */
const FIRST_RESERVE_BYTES = 65_536;

/**
 * Cuts a byte stream into packets: uint32 length (big-endian, counts the command byte), command byte, payload.
 * Push bytes, then take packets until there are none. A packet that lies within one chunk is not copied; one that
 * spans chunks is copied once, up to 64 KiB, and at most twice above. Memory follows what was received, never what a
 * length announces. The buffer for packets in pieces serves one body chunk after another, and is given up at the first
 * packet that needs none. Where the code allows it nothing is copied at all: a full body chunk of Postfix is four bytes
 * longer than what one read of a socket brings, so that nearly each one spans two.
 */
export class PacketSplitter {
  readonly #maxPacketBytes: number;
  readonly #isWanted: (code: number) => boolean;
  readonly #comesInPieces: (code: number) => boolean;
  readonly #chunks: Buffer[] = [];
  #offset = 0;
  readonly #head = Buffer.alloc(HEAD_BYTES);
  #headFilled = 0;
  #code = 0;
  /** Length of the payload of the present packet; undefined while its head is not complete. */
  #payloadBytes: number | undefined;
  #body = NOTHING;
  #bodyFilled = 0;

  constructor(options: PacketSplitterOptions = {}) {
    this.#maxPacketBytes = options.maxPacketBytes ?? MAX_PACKET_BYTES;
    this.#isWanted = options.isWanted ?? (() => true);
    this.#comesInPieces = options.comesInPieces ?? (() => false);
  }

  push(chunk: Buffer): void {
    if (chunk.length > 0) this.#chunks.push(chunk);
  }

  /** True while the stream stands in the middle of a packet. */
  get isInsidePacket(): boolean {
    return this.#headFilled > 0 || this.#payloadBytes !== undefined || this.#chunks.length > 0;
  }

  /** The next packet that is wholly here, or the next piece of one. Throws MilterProtocolError on a length that cannot be. */
  next(): Packet | undefined {
    for (let chunk = this.#chunks[0]; chunk !== undefined; chunk = this.#chunks[0]) {
      const packet = this.#advance(chunk);
      if (this.#offset >= chunk.length) {
        this.#chunks.shift();
        this.#offset = 0;
      }
      if (packet !== undefined) return packet;
    }
    return undefined;
  }

  #advance(chunk: Buffer): Packet | undefined {
    if (this.#payloadBytes === undefined) this.#readHead(chunk);
    const payloadBytes = this.#payloadBytes;
    if (payloadBytes === undefined) return undefined;
    if (this.#bodyFilled === 0 && chunk.length - this.#offset >= payloadBytes) {
      const payload = chunk.subarray(this.#offset, this.#offset + payloadBytes);
      this.#offset += payloadBytes;
      this.#body = NOTHING;
      return this.#finish(payload);
    }
    if (this.#comesInPieces(this.#code)) return this.#takePiece(chunk, payloadBytes);
    this.#fillBody(chunk, payloadBytes);
    return this.#bodyFilled < payloadBytes
      ? undefined
      : this.#finish(this.#body.subarray(0, payloadBytes));
  }

  #readHead(chunk: Buffer): void {
    if (this.#headFilled === 0 && chunk.length - this.#offset >= HEAD_BYTES) {
      this.#begin(chunk, this.#offset);
      this.#offset += HEAD_BYTES;
      return;
    }
    const wanted = HEAD_BYTES - this.#headFilled;
    const copied = chunk.copy(this.#head, this.#headFilled, this.#offset, this.#offset + wanted);
    this.#headFilled += copied;
    this.#offset += copied;
    // The length is judged before the command byte is here: what cannot be need not be waited for.
    if (this.#headFilled >= LENGTH_BYTES) this.#checkLength(this.#head.readUInt32BE(0));
    if (this.#headFilled === HEAD_BYTES) this.#begin(this.#head, 0);
  }

  #begin(bytes: Buffer, offset: number): void {
    const length = bytes.readUInt32BE(offset);
    this.#checkLength(length);
    this.#payloadBytes = length - 1;
    this.#code = bytes.readUInt8(offset + LENGTH_BYTES);
  }

  #checkLength(length: number): void {
    if (length === 0) throw new MilterProtocolError("packet-empty", "a packet of length 0");
    if (length > this.#maxPacketBytes) {
      throw new MilterProtocolError(
        "packet-too-long",
        `a packet of ${length} bytes, the bound is ${this.#maxPacketBytes}`,
      );
    }
  }

  #takePiece(chunk: Buffer, payloadBytes: number): Packet | undefined {
    const bytes = Math.min(payloadBytes - this.#bodyFilled, chunk.length - this.#offset);
    if (bytes === 0) return undefined;
    const piece = chunk.subarray(this.#offset, this.#offset + bytes);
    this.#offset += bytes;
    this.#bodyFilled += bytes;
    if (this.#bodyFilled === payloadBytes) return this.#finish(piece);
    return { code: this.#code, payload: piece, more: true };
  }

  #fillBody(chunk: Buffer, payloadBytes: number): void {
    const wanted = Math.min(payloadBytes - this.#bodyFilled, chunk.length - this.#offset);
    if (this.#isWanted(this.#code)) {
      this.#reserve(this.#bodyFilled + wanted, payloadBytes);
      chunk.copy(this.#body, this.#bodyFilled, this.#offset, this.#offset + wanted);
    }
    this.#bodyFilled += wanted;
    this.#offset += wanted;
  }

  #reserve(needed: number, payloadBytes: number): void {
    if (this.#body.length >= needed) return;
    const reserve = Math.max(needed, FIRST_RESERVE_BYTES, this.#body.length * 2);
    const grown = Buffer.allocUnsafe(Math.min(payloadBytes, reserve));
    this.#body.copy(grown, 0, 0, this.#bodyFilled);
    this.#body = grown;
  }

  #finish(payload: Buffer): Packet {
    const code = this.#code;
    this.#headFilled = 0;
    this.#payloadBytes = undefined;
    this.#bodyFilled = 0;
    return { code, payload: this.#isWanted(code) ? payload : NOTHING };
  }
}
