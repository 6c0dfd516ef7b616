import { CapSource } from "./cap-source.ts";
import { chooseInterfaces, type InterfaceChoice } from "./interfaces.ts";
import { LibpcapSource } from "./libpcap-source.ts";
import { CaptureError, type PacketSource } from "./packet-source.ts";

/** The live sources, best first: `auto` takes the first that there is. */
export const LIVE_SOURCES = ["libpcap", "cap"] as const;
export type LiveSource = (typeof LIVE_SOURCES)[number];

export interface LiveCaptureOptions {
  readonly source: "auto" | LiveSource;
  /** `auto`, `any` or names with commas between: see chooseInterfaces. */
  readonly interfaces: string;
  /** The server's TCP ports to capture. */
  readonly ports: ReadonlySet<number>;
  /** The kernel's ring of each interface; the source's own default unless told. */
  readonly ringBytes?: number;
  /** The built cap-child.js, where it does not lie beside this file. */
  readonly capChildPath?: string;
}

/** Opens sources with a sink and an ear of its own, and closes them. */
export interface SourceKeeper {
  /** Opens `source`; rejects as PacketSource.open does, and has then forgotten it. */
  watch(source: PacketSource): Promise<void>;
  /** Closes `source`. */
  forget(source: PacketSource): Promise<void>;
}

/** What was opened, and the grounds, for the log. */
export interface OpenedSources {
  readonly kind: LiveSource;
  readonly interfaces: readonly string[];
  /** Why these interfaces. */
  readonly reason: string;
  /** What was tried and left: other sources, and interfaces that cannot be captured on. */
  readonly failures: readonly string[];
}

/**
 * Opens a live capture on each of the interfaces, all by the same kind of source. Rejects with CaptureError; nothing is
 * left open then.
 */
export async function openSources(
  options: LiveCaptureOptions,
  keeper: SourceKeeper,
): Promise<OpenedSources> {
  const choice = await chooseInterfaces(options.interfaces, options.ports);
  const kinds = options.source === "auto" ? LIVE_SOURCES : [options.source];
  const failures: string[] = [];
  for (const kind of kinds) {
    try {
      const opened = await openInterfaces(
        choice,
        (name) => liveSource(kind, name, options),
        keeper,
      );
      return {
        kind,
        interfaces: opened.names,
        reason: choice.reason,
        failures: [...failures, ...opened.failures],
      };
    } catch (error) {
      // A right that is missing or an interface that does not exist is so for every kind of source.
      if (!(error instanceof CaptureError) || error.fault !== "not-available") throw error;
      failures.push(`${kind}: ${error.message}`);
    }
  }
  throw new CaptureError("not-available", `no capture source works: ${failures.join("; ")}`);
}

function liveSource(kind: LiveSource, name: string, options: LiveCaptureOptions): PacketSource {
  const { ports, ringBytes, capChildPath } = options;
  const ring = ringBytes === undefined ? {} : { ringBytes };
  const child = capChildPath === undefined ? {} : { childPath: capChildPath };
  return kind === "libpcap"
    ? new LibpcapSource(name, { ports, ...ring })
    : new CapSource(name, { ports, ...ring, ...child });
}

interface OpenedInterfaces {
  readonly names: readonly string[];
  readonly failures: readonly string[];
}

/** Opens all interfaces of the choice, or none. One that was chosen by us and cannot be captured on is left out. */
async function openInterfaces(
  choice: InterfaceChoice,
  create: (name: string) => PacketSource,
  keeper: SourceKeeper,
): Promise<OpenedInterfaces> {
  const opened: PacketSource[] = [];
  const errors: Error[] = [];
  for (const name of choice.names) {
    const source = create(name);
    try {
      await keeper.watch(source);
      opened.push(source);
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      errors.push(error);
      if (choice.isAutomatic && error.fault !== "not-permitted") continue;
      break;
    }
  }
  const [firstError] = errors;
  if (firstError !== undefined && (opened.length === 0 || !choice.isAutomatic)) {
    await Promise.all(opened.map((source) => keeper.forget(source)));
    throw firstError;
  }
  return {
    names: opened.map((source) => source.name),
    failures: errors.map((error) => error.message),
  };
}
