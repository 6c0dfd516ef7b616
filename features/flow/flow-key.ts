import { addressText } from "../decode/address.ts";
import type { AddressFamily, TcpSegment } from "../decode/segment.ts";
import type { Endpoint } from "./flow-record.ts";

/** The third word of an IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2), the form in which IPv4 is kept. */
export const IPV4_MAPPED = 0xffff;

/** One end as a key holds it: the address as four 32-bit words, and the port. */
export class EndpointKey {
  a = 0;
  b = 0;
  c = 0;
  d = 0;
  port = 0;

  /** Reads the address at `offset` of `bytes`. */
  read(bytes: Uint8Array, offset: number, family: AddressFamily): void {
    if (family === 4) {
      this.a = 0;
      this.b = 0;
      this.c = IPV4_MAPPED;
      this.d = word(bytes, offset);
    } else {
      this.a = word(bytes, offset);
      this.b = word(bytes, offset + 4);
      this.c = word(bytes, offset + 8);
      this.d = word(bytes, offset + 12);
    }
  }

  copy(): EndpointKey {
    const copy = new EndpointKey();
    copy.a = this.a;
    copy.b = this.b;
    copy.c = this.c;
    copy.d = this.d;
    copy.port = this.port;
    return copy;
  }

  equals(other: EndpointKey): boolean {
    return (
      this.d === other.d &&
      this.port === other.port &&
      this.c === other.c &&
      this.b === other.b &&
      this.a === other.a
    );
  }

  /** A 32-bit hash of the address. Whoever does not know `seed` cannot choose addresses that collide on purpose. */
  addressHash(seed: number): number {
    return mix(mix(mix(mix(seed, this.a), this.b), this.c), this.d);
  }

  /** The same of address and port. */
  hash(seed: number): number {
    return mix(this.addressHash(seed), this.port);
  }

  endpoint(): Endpoint {
    const bytes = new Uint8Array(16);
    const view = new DataView(bytes.buffer);
    for (const [index, part] of [this.a, this.b, this.c, this.d].entries()) {
      view.setInt32(4 * index, part);
    }
    return { address: addressText(bytes, 0, 6), port: this.port };
  }
}

/** The two ends of a segment or a flow, in the order in which the first segment named them. */
export class FlowKey {
  readonly source: EndpointKey;
  readonly destination: EndpointKey;

  constructor(source: EndpointKey, destination: EndpointKey) {
    this.source = source;
    this.destination = destination;
  }

  /** Reads the ends of a segment into this key, so that a look-up allocates nothing. */
  read(segment: TcpSegment): void {
    this.source.read(segment.bytes, segment.sourceOffset, segment.family);
    this.source.port = segment.sourcePort;
    this.destination.read(segment.bytes, segment.destinationOffset, segment.family);
    this.destination.port = segment.destinationPort;
  }

  copy(): FlowKey {
    return new FlowKey(this.source.copy(), this.destination.copy());
  }

  /** The same for both directions. */
  hash(seed: number): number {
    return (this.source.hash(seed) + this.destination.hash(seed)) | 0;
  }

  equals(other: FlowKey): boolean {
    return this.source.equals(other.source) && this.destination.equals(other.destination);
  }

  /** Whether `other` is this key seen from the other side. */
  mirrors(other: FlowKey): boolean {
    return this.source.equals(other.destination) && this.destination.equals(other.source);
  }
}

function word(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) << 24) |
    ((bytes[at + 1] ?? 0) << 16) |
    ((bytes[at + 2] ?? 0) << 8) |
    (bytes[at + 3] ?? 0)
  );
}

/** One multiply-and-fold step; the multiplier is 2^32 over the golden ratio, made odd (Knuth, TAOCP 3, §6.4). */
function mix(hash: number, value: number): number {
  const product = Math.imul(hash ^ value, 0x9e3779b1);
  return product ^ (product >>> 15);
}
