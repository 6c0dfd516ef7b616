import { isKnownLinkType } from "../decode/link.ts";
import { uint16In, uint32In } from "./byte-order.ts";
import { emptyFrame } from "./reused-frame.ts";
import type { FrameSink } from "./packet-source.ts";
import { RecordStream } from "./record-stream.ts";
import type { StreamOrigin } from "./record-stream.ts";

/** How the records of a pcap stream are written: what its file header says. */
interface PcapEncoding {
  readonly littleEndian: boolean;
  /** The second word of a stamp counts nanoseconds; otherwise microseconds. */
  readonly nanoseconds: boolean;
  /** LINKTYPE_ number. */
  readonly linkType: number;
}

const PCAP_FILE_HEADER_BYTES = 24;
const PCAP_RECORD_HEADER_BYTES = 16;

/** libpcap's MAXIMUM_SNAPLEN (pcap-int.h): no writer keeps more of a packet, so more is damage. */
export const MAX_CAPTURED_BYTES = 262_144;

const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const MAGIC_NANOSECONDS = 0xa1b23c4d;
const VERSION_MAJOR = 2;

/** The upper half of the link type word holds the length of a frame check sequence, not a part of the type. */
const LINK_TYPE_MASK = 0xffff;

/** Whether a file that starts with these four bytes is a pcap file. */
export function isPcapMagic(bytes: Uint8Array, at: number): boolean {
  return magicOf(bytes, at, true) !== undefined || magicOf(bytes, at, false) !== undefined;
}

/**
 * Reads a pcap stream as the pcap-savefile(5) manual page describes it: a file header, then records.
 *
 * The sink is given one frame object, filled anew for each record.
 */
export class PcapReader extends RecordStream {
  readonly #sink: FrameSink;
  readonly #frame = emptyFrame();
  #encoding: PcapEncoding | undefined;
  #frames = 0;

  constructor(sink: FrameSink, origin: StreamOrigin) {
    super(origin);
    this.#sink = sink;
  }

  /** Whether the file header was read. */
  get isStarted(): boolean {
    return this.#encoding !== undefined;
  }

  /** Whether the stamps are written to the nanosecond. */
  get hasNanoseconds(): boolean {
    return this.#encoding?.nanoseconds === true;
  }

  /** Frames delivered so far. */
  get frames(): number {
    return this.#frames;
  }

  protected override sizeAt(bytes: Uint8Array, at: number, available: number): number {
    const encoding = this.#encoding;
    if (encoding === undefined) return PCAP_FILE_HEADER_BYTES;
    if (available < PCAP_RECORD_HEADER_BYTES) return PCAP_RECORD_HEADER_BYTES;
    const captured = uint32In(bytes, at + 8, encoding.littleEndian);
    if (captured > MAX_CAPTURED_BYTES) {
      throw this.fault("damaged", `a record claims ${captured} captured bytes`);
    }
    return PCAP_RECORD_HEADER_BYTES + captured;
  }

  protected override take(bytes: Uint8Array, at: number, size: number): void {
    if (this.#encoding === undefined) this.#encoding = this.#readFileHeader(bytes, at);
    else this.#deliver(this.#encoding, bytes, at, size);
  }

  #deliver(encoding: PcapEncoding, bytes: Uint8Array, at: number, size: number): void {
    const { littleEndian } = encoding;
    const fraction = uint32In(bytes, at + 4, littleEndian);
    const frame = this.#frame;
    frame.seconds = uint32In(bytes, at, littleEndian);
    frame.nanoseconds = encoding.nanoseconds ? fraction : fraction * 1000;
    frame.bytes = bytes;
    frame.offset = at + PCAP_RECORD_HEADER_BYTES;
    frame.capturedLength = size - PCAP_RECORD_HEADER_BYTES;
    frame.originalLength = uint32In(bytes, at + 12, littleEndian);
    frame.linkType = encoding.linkType;
    this.#frames += 1;
    this.#sink(frame);
  }

  #readFileHeader(bytes: Uint8Array, at: number): PcapEncoding {
    const littleEndian = magicOf(bytes, at, true) !== undefined;
    const magic = magicOf(bytes, at, littleEndian);
    if (magic === undefined) throw this.fault("not-a-capture", "no pcap magic number");
    const version = uint16In(bytes, at + 4, littleEndian);
    if (version !== VERSION_MAJOR) {
      throw this.fault("not-a-capture", `pcap of version ${version}, not ${VERSION_MAJOR}`);
    }
    const linkType = uint32In(bytes, at + 20, littleEndian) & LINK_TYPE_MASK;
    if (!isKnownLinkType(linkType)) {
      throw this.fault("unknown-link-type", `link type ${linkType} cannot be decoded`);
    }
    return { littleEndian, nanoseconds: magic === MAGIC_NANOSECONDS, linkType };
  }
}

function magicOf(bytes: Uint8Array, at: number, littleEndian: boolean): number | undefined {
  const magic = uint32In(bytes, at, littleEndian);
  return magic === MAGIC_MICROSECONDS || magic === MAGIC_NANOSECONDS ? magic : undefined;
}
