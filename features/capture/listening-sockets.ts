import { addressText } from "../decode/address.ts";

/** State column of a socket that listens: TCP_LISTEN of the kernel's net/tcp_states.h. */
const LISTEN = "0A";
const IPV4_HEX_DIGITS = 8;
const IPV6_HEX_DIGITS = 32;

/** What binds to all addresses of the host. */
const WILDCARDS: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

export function isWildcard(address: string): boolean {
  return WILDCARDS.has(address);
}

/**
 * The local addresses that sockets listen on at one of `ports`, from the text of /proc/net/tcp or /proc/net/tcp6
 * (proc(5)); lines of another form are passed over. `littleEndian` is the byte order of the machine that wrote it.
 */
export function listeningAddresses(
  table: string,
  ports: ReadonlySet<number>,
  littleEndian: boolean,
): string[] {
  const addresses = new Set<string>();
  for (const line of table.split("\n")) {
    const [, local = "", , state] = line.trim().split(/\s+/);
    const [address = "", port = ""] = local.split(":");
    if (state !== LISTEN || !ports.has(Number.parseInt(port, 16))) continue;
    const text = hexAddressText(address, littleEndian);
    if (text !== undefined) addresses.add(text);
  }
  return [...addresses];
}

/** An address as the kernel prints it: 32-bit words in the machine's own byte order, as hexadecimal numbers. */
function hexAddressText(hex: string, littleEndian: boolean): string | undefined {
  if (!/^[0-9A-F]+$/.test(hex)) return undefined;
  const bytes = Buffer.from(hex, "hex");
  if (hex.length !== IPV4_HEX_DIGITS && hex.length !== IPV6_HEX_DIGITS) return undefined;
  return addressText(
    littleEndian ? bytes.swap32() : bytes,
    0,
    hex.length === IPV4_HEX_DIGITS ? 4 : 6,
  );
}
