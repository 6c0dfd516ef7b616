import { uint8, uint16 } from "./network-order.ts";
import type { AddressFamily } from "./segment.ts";

const IPV4_BYTES = 4;
const IPV6_BYTES = 16;
const HEXTETS = 8;

/** The first 12 bytes of an IPv6 address that stands for an IPv4 one (RFC 4291 §2.5.5.2). */
const IPV4_MAPPED_BYTES = 12;

/**
 * The address of `family` at `offset` as text: dotted decimal, or the canonical form of RFC 5952 (lower case, the longest
 * run of zeros as `::`). An IPv4-mapped IPv6 address is written as the IPv4 address it stands for.
 */
export function addressText(bytes: Uint8Array, offset: number, family: AddressFamily): string {
  if (family === 4) return dottedText(bytes, offset);
  if (isIpv4Mapped(bytes, offset)) return dottedText(bytes, offset + IPV4_MAPPED_BYTES);
  const hextets = Array.from({ length: HEXTETS }, (_, index) => uint16(bytes, offset + 2 * index));
  const gap = longestZeroRun(hextets);
  const text = (part: number[]): string => part.map((hextet) => hextet.toString(16)).join(":");
  if (gap.length < 2) return text(hextets);
  return `${text(hextets.slice(0, gap.start))}::${text(hextets.slice(gap.start + gap.length))}`;
}

/**
 * Reads an address as text: 4 bytes for dotted IPv4 and for IPv4-mapped IPv6, 16 for other IPv6; `undefined` for anything
 * else, zone identifiers included.
 */
export function parseAddress(text: string): Uint8Array | undefined {
  if (!text.includes(":")) return parseDotted(text);
  const bytes = parseIpv6(text);
  return bytes !== undefined && isIpv4Mapped(bytes, 0) ? bytes.slice(IPV4_MAPPED_BYTES) : bytes;
}

function dottedText(bytes: Uint8Array, at: number): string {
  return `${uint8(bytes, at)}.${uint8(bytes, at + 1)}.${uint8(bytes, at + 2)}.${uint8(bytes, at + 3)}`;
}

function isIpv4Mapped(bytes: Uint8Array, at: number): boolean {
  for (let index = 0; index < 10; index++) if (uint8(bytes, at + index) !== 0) return false;
  return uint16(bytes, at + 10) === 0xffff;
}

/** The first of the longest runs of zero hextets. */
function longestZeroRun(hextets: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (const [index, hextet] of hextets.entries()) {
    if (hextet !== 0) start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  }
  return best;
}

/** Four decimal numbers without leading zeros, as inet_pton(3) takes them. */
function parseDotted(text: string): Uint8Array | undefined {
  const parts = text.split(".");
  if (parts.length !== IPV4_BYTES) return undefined;
  if (!parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) {
    return undefined;
  }
  return Uint8Array.from(parts, Number);
}

/** The text forms of RFC 4291 §2.2. */
function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split("::");
  const [head, tail] = halves.map(parseHextets);
  if (head === undefined || halves.length > 2) return undefined;
  const address = new Uint8Array(IPV6_BYTES);
  if (halves.length === 1) return head.length === IPV6_BYTES ? Uint8Array.from(head) : undefined;
  if (tail === undefined || head.length + tail.length > IPV6_BYTES - 2) return undefined;
  address.set(head);
  address.set(tail, IPV6_BYTES - tail.length);
  return address;
}

/** The bytes of hextets with colons between, of which the last two may be written as dotted IPv4. */
function parseHextets(text: string, half: number, halves: readonly string[]): number[] | undefined {
  if (text === "") return [];
  const groups = text.split(":");
  const bytes: number[] = [];
  for (const [index, group] of groups.entries()) {
    const isLast = index === groups.length - 1 && half === halves.length - 1;
    const parsed = isLast && group.includes(".") ? parseDotted(group) : parseHextet(group);
    if (parsed === undefined) return undefined;
    bytes.push(...parsed);
  }
  return bytes;
}

function parseHextet(text: string): readonly number[] | undefined {
  if (!/^[0-9a-f]{1,4}$/i.test(text)) return undefined;
  const value = Number.parseInt(text, 16);
  return [value >>> 8, value & 0xff];
}
