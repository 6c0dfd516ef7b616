import { readFile } from "node:fs/promises";
import { endianness, networkInterfaces } from "node:os";

import { addressText, parseAddress } from "../decode/address.ts";
import { isWildcard, listeningAddresses } from "./listening-sockets.ts";
import { CaptureError } from "./packet-source.ts";

/** The interfaces to capture on, and why these, for the log. */
export interface InterfaceChoice {
  readonly names: readonly string[];
  readonly reason: string;
  /** True where nobody named them: one that cannot be captured on may then be left out. */
  readonly isAutomatic: boolean;
}

/** Interfaces that are up to the addresses that they bear, as canonical text. */
export type InterfaceAddresses = ReadonlyMap<string, readonly string[]>;

/** Most interfaces that one capture takes; each has a ring and a timer. */
export const MAX_INTERFACES = 32;

const SOCKET_TABLES = ["/proc/net/tcp", "/proc/net/tcp6"];

/**
 * The interfaces that `wish` means: `any`, names with commas between, or `auto`: those that bear an address that something
 * listens on at one of `ports`, or all that are up where it listens on every address or that is not known.
 *
 * An interface without an address is none of them: it is mostly the port of a bridge or a bond, and would show again what
 * the bridge shows. Rejects with CaptureError "no-such-interface", which names those that there are.
 */
export async function chooseInterfaces(
  wish: string,
  ports: ReadonlySet<number>,
): Promise<InterfaceChoice> {
  if (wish === "any") return configured(["any"]);
  if (wish !== "auto") return namedInterfaces(wish, await interfaceNames());
  return automaticInterfaces(await listeners(ports), interfaceAddresses());
}

/** The choice of `auto`, from the addresses listened on and those that interfaces bear. */
export function automaticInterfaces(
  listening: readonly string[],
  addresses: InterfaceAddresses,
): InterfaceChoice {
  const bears = (name: string): boolean =>
    addresses.get(name)?.some((address) => listening.includes(address)) ?? false;
  const up = [...addresses.keys()].slice(0, MAX_INTERFACES);
  if (up.length === 0) throw new CaptureError("no-such-interface", "no interface is up");
  if (listening.length === 0) return automatic(up, "nothing listens at the ports yet");
  if (listening.some(isWildcard)) return automatic(up, "all addresses are listened on");
  const known = [...addresses.values()].flat();
  const strange = listening.find((address) => !known.includes(address));
  if (strange !== undefined) return automatic(up, `no interface bears ${strange}`);
  return automatic(up.filter(bears), `listened on: ${listening.join(", ")}`);
}

function automatic(names: readonly string[], reason: string): InterfaceChoice {
  return { names, reason, isAutomatic: true };
}

function configured(names: readonly string[]): InterfaceChoice {
  return { names, reason: "configured", isAutomatic: false };
}

/** The interfaces of a list of names; throws CaptureError at one that is not in `existing`. */
export function namedInterfaces(wish: string, existing: readonly string[]): InterfaceChoice {
  const names = [...new Set(wish.split(",").map((name) => name.trim()))];
  const unknown = names.find((name) => !existing.includes(name));
  if (unknown !== undefined) {
    const known = existing.join(", ");
    throw new CaptureError("no-such-interface", `no interface "${unknown}"; there are: ${known}`);
  }
  if (names.length > MAX_INTERFACES) {
    throw new CaptureError("not-available", `more than ${MAX_INTERFACES} interfaces: ${wish}`);
  }
  return configured(names);
}

/** Names of the lines of /proc/net/dev (proc(5)): all interfaces of this network namespace, up or not. */
export function deviceNames(table: string): string[] {
  return table
    .split("\n")
    .filter((line) => line.includes(":"))
    .map((line) => line.slice(0, line.indexOf(":")).trim());
}

async function interfaceNames(): Promise<string[]> {
  const table = await readFile("/proc/net/dev", "utf8").catch(() => "");
  const names = deviceNames(table);
  return names.length > 0 ? names : [...interfaceAddresses().keys()];
}

/** What listens at the ports in this network namespace; nothing where the kernel does not tell. */
async function listeners(ports: ReadonlySet<number>): Promise<string[]> {
  const tables = SOCKET_TABLES.map((path) => readFile(path, "utf8").catch(() => ""));
  const littleEndian = endianness() === "LE";
  return (await Promise.all(tables)).flatMap((table) =>
    listeningAddresses(table, ports, littleEndian),
  );
}

/** What node:os knows: interfaces that are up and running and bear an address. */
function interfaceAddresses(): InterfaceAddresses {
  const addresses = new Map<string, string[]>();
  for (const [label, entries = []] of Object.entries(networkInterfaces())) {
    // An address may have a label of its own ("eth0:1"); the interface is what stands before the colon.
    const [name = label] = label.split(":");
    const borne = entries.flatMap((entry) => canonical(entry.address));
    addresses.set(name, [...(addresses.get(name) ?? []), ...borne]);
  }
  return addresses;
}

function canonical(address: string): string[] {
  const [text = ""] = address.split("%");
  const bytes = parseAddress(text);
  return bytes === undefined ? [] : [addressText(bytes, 0, bytes.length === 4 ? 4 : 6)];
}
