import { parseAddress } from "../../features/decode/address.ts";
import type { Frame } from "../../features/decode/segment.ts";
import { concatenate, uint16Bytes, uint32Bytes } from "./byte-building.ts";

/** Link layers that the builder can put before an IP packet, with their LINKTYPE_ numbers. */
export const LINK_TYPES = {
  ethernet: 1,
  sll: 113,
  sll2: 276,
  raw: 101,
  null: 0,
  loop: 108,
} as const;

export type LinkName = keyof typeof LINK_TYPES;

export interface TcpOptionDescription {
  readonly mss?: number;
  readonly windowScale?: number;
  readonly sackPermitted?: boolean;
  /** Value and echo reply. */
  readonly timestamps?: readonly [number, number];
  /** Blocks of a SACK option: left and right edge. */
  readonly sack?: readonly (readonly [number, number])[];
  /** Bytes to put behind the others as they are. */
  readonly raw?: readonly number[];
}

/** An IPv6 extension header by name; each is built with 8 bytes, AH with 12. */
export type ExtensionHeader = "hop-by-hop" | "routing" | "destination" | "fragment" | "ah";

export interface SegmentDescription {
  /** Endpoints: `192.0.2.1:40000` or `[2001:db8::1]:40000`. */
  readonly from?: string;
  readonly to?: string;
  /** Letters: S SYN, A ACK, P PSH, F FIN, R RST, U URG, E ECE, C CWR. */
  readonly flags?: string;
  readonly sequence?: number;
  readonly acknowledgment?: number;
  readonly window?: number;
  readonly options?: TcpOptionDescription;
  readonly payload?: string | Uint8Array;
  /** Seconds; kept to the nanosecond as far as a double goes. */
  readonly time?: number;
  readonly hopLimit?: number;
  readonly link?: LinkName;
  /** VLAN identifiers, outermost first; with more than one the outer ones are 802.1ad. */
  readonly vlans?: readonly number[];
  /** IPv4 options, a multiple of 4 bytes. */
  readonly ipv4Options?: readonly number[];
  readonly extensionHeaders?: readonly ExtensionHeader[];
  /** Fragment offset in units of 8 bytes, and whether more fragments follow (IPv4, or the IPv6 fragment header). */
  readonly fragment?: { readonly offset: number; readonly more: boolean };
  /** What the IP header says of its length in place of the truth; 0 is TSO. */
  readonly ipLength?: number;
  /** IP protocol number in place of TCP's. */
  readonly protocol?: number;
  /** Bytes of Ethernet padding behind the IP packet. */
  readonly padding?: number;
  /** Bytes that the capture keeps of the frame. */
  readonly snapLength?: number;
}

const FLAG_LETTERS: Readonly<Record<string, number>> = {
  F: 0x01,
  S: 0x02,
  R: 0x04,
  P: 0x08,
  A: 0x10,
  U: 0x20,
  E: 0x40,
  C: 0x80,
};

const EXTENSION_NUMBERS: Readonly<Record<ExtensionHeader, number>> = {
  "hop-by-hop": 0,
  routing: 43,
  fragment: 44,
  ah: 51,
  destination: 60,
};

const PROTOCOL_TCP = 6;

/** A captured frame that holds the described segment. What is not said is an ACK from 192.0.2.1:40000 to 198.51.100.2:25. */
export function segment(description: SegmentDescription = {}): Frame {
  const link = description.link ?? "ethernet";
  const from = endpoint(description.from ?? "192.0.2.1:40000");
  const to = endpoint(description.to ?? "198.51.100.2:25");
  const tcp = tcpBytes(description, from.port, to.port);
  const isIpv4 = from.address.length === 4;
  const ip = isIpv4
    ? ipv4Bytes(description, from.address, to.address, tcp)
    : ipv6Bytes(description, from.address, to.address, tcp);
  return frameOf(
    concatenate(
      linkBytes(link, isIpv4, description.vlans ?? []),
      ip,
      new Uint8Array(description.padding ?? 0),
    ),
    { ...description, linkType: LINK_TYPES[link] },
  );
}

/** A frame of any bytes, link layer included. */
export function frameOf(
  bytes: Uint8Array,
  about: { readonly time?: number; readonly snapLength?: number; readonly linkType?: number } = {},
): Frame {
  const time = about.time ?? 0;
  const seconds = Math.floor(time);
  return {
    bytes,
    offset: 0,
    capturedLength: Math.min(bytes.length, about.snapLength ?? bytes.length),
    originalLength: bytes.length,
    linkType: about.linkType ?? LINK_TYPES.ethernet,
    seconds,
    nanoseconds: Math.round((time - seconds) * 1e9),
  };
}

function endpoint(text: string): { address: Uint8Array; port: number } {
  const [, host = "", port = ""] = /^\[?(.*?)\]?:(\d+)$/.exec(text) ?? [];
  const address = parseAddress(host);
  if (address === undefined) throw new Error(`no endpoint: ${text}`);
  return { address, port: Number(port) };
}

function tcpBytes(description: SegmentDescription, from: number, to: number): Uint8Array {
  const options = optionBytes(description.options ?? {});
  const letters = description.flags ?? "A";
  const flags = Object.entries(FLAG_LETTERS)
    .filter(([letter]) => letters.includes(letter))
    .reduce((sum, [, bit]) => sum | bit, 0);
  const { payload = "" } = description;
  return concatenate(
    uint16Bytes(from),
    uint16Bytes(to),
    uint32Bytes(description.sequence ?? 0),
    uint32Bytes(description.acknowledgment ?? 0),
    [((20 + options.length) / 4) << 4, flags],
    uint16Bytes(description.window ?? 65535),
    [0, 0, 0, 0],
    options,
    typeof payload === "string" ? new TextEncoder().encode(payload) : payload,
  );
}

/** The options, padded with NOPs to a multiple of 4 bytes. */
function optionBytes(options: TcpOptionDescription): Uint8Array {
  const { mss, windowScale, sackPermitted, timestamps, sack, raw = [] } = options;
  const bytes = [
    ...(mss === undefined ? [] : [2, 4, ...uint16Bytes(mss)]),
    ...(sackPermitted === true ? [4, 2] : []),
    ...(windowScale === undefined ? [] : [3, 3, windowScale]),
    ...(timestamps === undefined ? [] : [1, 1, 8, 10, ...timestamps.flatMap(uint32Bytes)]),
    ...(sack === undefined ? [] : [5, 2 + 8 * sack.length, ...sack.flat().flatMap(uint32Bytes)]),
    ...raw,
  ];
  while (bytes.length % 4 !== 0) bytes.push(1);
  return Uint8Array.from(bytes);
}

function ipv4Bytes(
  description: SegmentDescription,
  from: Uint8Array,
  to: Uint8Array,
  payload: Uint8Array,
): Uint8Array {
  const { ipv4Options = [], fragment = { offset: 0, more: false } } = description;
  const headerLength = 20 + ipv4Options.length;
  return concatenate(
    [0x40 | (headerLength / 4), 0],
    uint16Bytes(description.ipLength ?? headerLength + payload.length),
    [0, 1],
    uint16Bytes((fragment.more ? 0x2000 : 0) | fragment.offset),
    [description.hopLimit ?? 64, description.protocol ?? PROTOCOL_TCP, 0, 0],
    from,
    to,
    ipv4Options,
    payload,
  );
}

function ipv6Bytes(
  description: SegmentDescription,
  from: Uint8Array,
  to: Uint8Array,
  payload: Uint8Array,
): Uint8Array {
  const names = description.extensionHeaders ?? [];
  const protocols = [
    ...names.map((name) => EXTENSION_NUMBERS[name]),
    description.protocol ?? PROTOCOL_TCP,
  ];
  const extensions = concatenate(
    ...names.map((name, index) =>
      extensionHeaderBytes(name, protocols[index + 1] ?? PROTOCOL_TCP, description),
    ),
  );
  return concatenate(
    [0x60, 0, 0, 0],
    uint16Bytes(description.ipLength ?? extensions.length + payload.length),
    [protocols[0] ?? PROTOCOL_TCP, description.hopLimit ?? 64],
    from,
    to,
    extensions,
    payload,
  );
}

function extensionHeaderBytes(
  name: ExtensionHeader,
  next: number,
  description: SegmentDescription,
): Uint8Array {
  if (name === "ah") return concatenate([next, 1], new Uint8Array(10));
  if (name !== "fragment") return concatenate([next, 0], new Uint8Array(6));
  const { offset, more } = description.fragment ?? { offset: 0, more: false };
  return concatenate([next, 0], uint16Bytes((offset << 3) | (more ? 1 : 0)), [0, 0, 0, 9]);
}

/** Link header and VLAN tags; the tags stand behind any link layer that has an EtherType. */
function linkBytes(link: LinkName, isIpv4: boolean, vlans: readonly number[]): Uint8Array {
  const ethertype = isIpv4 ? 0x0800 : 0x86dd;
  const types = [...vlans.map((_, tag) => (tag < vlans.length - 1 ? 0x88a8 : 0x8100)), ethertype];
  const tags = vlans.flatMap((vlan, tag) => [
    ...uint16Bytes(vlan),
    ...uint16Bytes(types[tag + 1] ?? ethertype),
  ]);
  const first = uint16Bytes(types[0] ?? ethertype);
  const family = isIpv4 ? 2 : 30;
  const headers: Readonly<Record<LinkName, readonly number[]>> = {
    ethernet: [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, ...first, ...tags],
    sll: [0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, ...first, ...tags],
    sll2: [...first, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, ...tags],
    raw: [],
    null: [family, 0, 0, 0],
    loop: [0, 0, 0, family],
  };
  return Uint8Array.from(headers[link]);
}
