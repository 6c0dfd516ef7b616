import { isKnownLinkType } from "../decode/link.ts";
import { uint16In, uint32In } from "./byte-order.ts";
import { emptyFrame } from "./reused-frame.ts";
import type { FrameSink } from "./packet-source.ts";
import { readInterface } from "./pcapng-interface.ts";
import type { CapturedInterface } from "./pcapng-interface.ts";
import { RecordStream } from "./record-stream.ts";
import type { StreamOrigin } from "./record-stream.ts";
import { setTime } from "./stamp-unit.ts";

/** Block types of the pcapng specification (draft-ietf-opsawg-pcapng §4 and appendix A). */
const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const VERSION_MAJOR = 1;

/** Type, length, and the length again at the end. */
const BLOCK_FRAME_BYTES = 12;
const TRAILER_BYTES = 4;

/** Longest block we take: what Wireshark allows (16 MiB), ample for packets and for the key logs that files may hold. */
export const MAX_BLOCK_BYTES = 16_777_216;

/** Interfaces of one section; more is damage or malice. */
export const MAX_INTERFACES = 4096;

/** A block in a chunk: the body lies in `bytes[body … end)`. */
interface Block {
  readonly bytes: Uint8Array;
  readonly body: number;
  readonly end: number;
}

/** Whether a file that starts with these four bytes is a pcapng file: the number reads the same in both byte orders. */
export function isPcapngMagic(bytes: Uint8Array, at: number): boolean {
  return uint32In(bytes, at, true) === SECTION_HEADER;
}

/**
 * Reads a pcapng stream (draft-ietf-opsawg-pcapng): sections of either byte order, each with its own interfaces, each
 * interface with its link type and clock. Blocks that hold no packet are passed over, and so are the frames of interfaces
 * whose link type cannot be decoded, as long as there is another interface.
 *
 * The sink is given one frame object, filled anew for each packet. A simple packet block has no time: its frame bears that
 * of the packet before it.
 */
export class PcapngReader extends RecordStream {
  readonly #sink: FrameSink;
  readonly #frame = emptyFrame();
  #isInSection = false;
  #littleEndian = true;
  #interfaces: CapturedInterface[] = [];
  /** The first interface whose link type cannot be decoded, and where it was described. */
  #unknown: { readonly linkType: number; readonly position: number } | undefined;
  #hasKnownInterface = false;
  #frames = 0;
  #skippedFrames = 0;

  constructor(sink: FrameSink, origin: StreamOrigin) {
    super(origin);
    this.#sink = sink;
  }

  /** Frames delivered so far. */
  get frames(): number {
    return this.#frames;
  }

  /** Frames left out because their interface has a link type that cannot be decoded. */
  get skippedFrames(): number {
    return this.#skippedFrames;
  }

  /** Whether the first section header was read. */
  get isStarted(): boolean {
    return this.#isInSection;
  }

  override end(): void {
    super.end();
    if (this.#unknown === undefined || this.#hasKnownInterface) return;
    const { linkType, position } = this.#unknown;
    throw this.fault("unknown-link-type", `link type ${linkType} cannot be decoded`, position);
  }

  protected override sizeAt(bytes: Uint8Array, at: number, available: number): number {
    if (available < BLOCK_FRAME_BYTES) return BLOCK_FRAME_BYTES;
    if (isPcapngMagic(bytes, at)) this.#littleEndian = this.#sectionByteOrder(bytes, at);
    const length = uint32In(bytes, at + 4, this.#littleEndian);
    if (length < BLOCK_FRAME_BYTES || length > MAX_BLOCK_BYTES || length % 4 !== 0) {
      throw this.fault("damaged", `a block claims a length of ${length} bytes`);
    }
    return length;
  }

  protected override take(bytes: Uint8Array, at: number, size: number): void {
    const end = at + size - TRAILER_BYTES;
    if (uint32In(bytes, end, this.#littleEndian) !== size) {
      throw this.fault("damaged", "the two lengths of a block differ");
    }
    const type = uint32In(bytes, at, this.#littleEndian);
    this.#handlers.get(type)?.({ bytes, body: at + 8, end });
  }

  readonly #handlers: ReadonlyMap<number, (block: Block) => void> = new Map([
    [
      SECTION_HEADER,
      (block) => {
        this.#startSection(block);
      },
    ],
    [
      INTERFACE_DESCRIPTION,
      (block) => {
        this.#addInterface(block);
      },
    ],
    [
      ENHANCED_PACKET,
      (block) => {
        this.#takePacket(block, this.#uint32(block, 0));
      },
    ],
    [
      OBSOLETE_PACKET,
      (block) => {
        this.#takePacket(block, this.#uint16(block, 0));
      },
    ],
    [
      SIMPLE_PACKET,
      (block) => {
        this.#takeSimplePacket(block);
      },
    ],
  ]);

  #sectionByteOrder(bytes: Uint8Array, at: number): boolean {
    if (uint32In(bytes, at + 8, true) === BYTE_ORDER_MAGIC) return true;
    if (uint32In(bytes, at + 8, false) === BYTE_ORDER_MAGIC) return false;
    throw this.fault(
      this.#isInSection ? "damaged" : "not-a-capture",
      "a section header without a byte order mark",
    );
  }

  #startSection(block: Block): void {
    this.#requireBody(block, 16);
    const version = this.#uint16(block, 4);
    if (version !== VERSION_MAJOR) {
      throw this.fault(
        this.#isInSection ? "damaged" : "not-a-capture",
        `pcapng of version ${version}, not ${VERSION_MAJOR}`,
      );
    }
    this.#isInSection = true;
    this.#interfaces = [];
  }

  #addInterface(block: Block): void {
    this.#requireBody(block, 8);
    if (this.#interfaces.length === MAX_INTERFACES) {
      throw this.fault("damaged", `more than ${MAX_INTERFACES} interfaces`);
    }
    const added = readInterface(block.bytes, block.body, block.end, this.#littleEndian);
    if (added === undefined) {
      throw this.fault("damaged", "the options of an interface overrun their block");
    }
    this.#interfaces.push(added);
    if (isKnownLinkType(added.linkType)) this.#hasKnownInterface = true;
    else this.#unknown ??= { linkType: added.linkType, position: this.position };
  }

  /** Enhanced and obsolete packet blocks have all their fields but the interface at the same places. */
  #takePacket(block: Block, interfaceId: number): void {
    this.#requireBody(block, 20);
    const source = this.#interfaceOf(interfaceId);
    const captured = this.#uint32(block, 12);
    if (captured > block.end - block.body - 20) {
      throw this.fault("damaged", `a packet of ${captured} bytes overruns its block`);
    }
    setTime(this.#frame, source.unit, this.#uint32(block, 4), this.#uint32(block, 8));
    this.#frame.originalLength = this.#uint32(block, 16);
    this.#deliver(block, 20, captured, source);
  }

  /** The captured length is not written: it follows from the original one, the interface's snap length and the block. */
  #takeSimplePacket(block: Block): void {
    this.#requireBody(block, 4);
    const source = this.#interfaceOf(0);
    const original = this.#uint32(block, 0);
    const captured = Math.min(original, source.snapLength, block.end - block.body - 4);
    this.#frame.originalLength = original;
    this.#deliver(block, 4, captured, source);
  }

  #deliver(block: Block, offset: number, captured: number, source: CapturedInterface): void {
    if (!isKnownLinkType(source.linkType)) {
      this.#skippedFrames += 1;
      return;
    }
    const frame = this.#frame;
    frame.bytes = block.bytes;
    frame.offset = block.body + offset;
    frame.capturedLength = captured;
    frame.linkType = source.linkType;
    this.#frames += 1;
    this.#sink(frame);
  }

  #interfaceOf(id: number): CapturedInterface {
    const found = this.#interfaces[id];
    if (found !== undefined) return found;
    throw this.fault("damaged", `a packet of interface ${id}, which the section does not describe`);
  }

  #requireBody(block: Block, bytes: number): void {
    if (block.end - block.body < bytes) {
      throw this.fault("damaged", "a block too short for its type");
    }
  }

  #uint16(block: Block, offset: number): number {
    return uint16In(block.bytes, block.body + offset, this.#littleEndian);
  }

  #uint32(block: Block, offset: number): number {
    return uint32In(block.bytes, block.body + offset, this.#littleEndian);
  }
}
