import { CapSource } from "./cap-source.ts";
import { CommandSource } from "./command-source.ts";
import { namesInterface, TCPDUMP_WORDS } from "./command-words.ts";
import { chooseInterfaces, type InterfaceChoice } from "./interfaces.ts";
import { LibpcapSource } from "./libpcap-source.ts";
import { CaptureError, type PacketSource } from "./packet-source.ts";

/** The live sources, best first: `auto` takes the first that works. */
export const LIVE_SOURCES = ["libpcap", "cap", "command"] as const;
export type LiveSource = (typeof LIVE_SOURCES)[number];

export interface LiveCaptureOptions {
  readonly source: "auto" | LiveSource;
  /** `auto`, `any` or names with commas between: see chooseInterfaces. */
  readonly interfaces: string;
  /** The server's TCP ports to capture. */
  readonly ports: ReadonlySet<number>;
  /** The kernel's ring of each interface; the source's own default unless told. */
  readonly ringBytes?: number;
  /** Bytes kept of each frame (`cap` takes them from whole ones); SNAP_LENGTH unless told. */
  readonly snapLength?: number;
  /** The program of source `command` and its arguments; tcpdump unless told. */
  readonly command?: readonly string[];
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
  if (options.source !== "auto") return openKind(options.source, choice, options, keeper);
  const refusals: { readonly kind: LiveSource; readonly error: CaptureError }[] = [];
  for (const kind of LIVE_SOURCES) {
    try {
      const opened = await openKind(kind, choice, options, keeper);
      return { ...opened, failures: [...refusals.map(refusalText), ...opened.failures] };
    } catch (error) {
      if (!(error instanceof CaptureError) || !OTHERS_MAY_WORK.has(error.fault)) throw error;
      refusals.push({ kind, error });
    }
  }
  // Where a right was missing, that is what there is to mend.
  const refused = refusals.find(({ error }) => error.fault === "not-permitted");
  if (refused !== undefined) throw refused.error;
  const texts = refusals.map(refusalText).join("; ");
  throw new CaptureError("not-available", `no capture source works: ${texts}`);
}

/** Faults of one kind of source that another may not have: a program may hold a right that this process lacks. */
const OTHERS_MAY_WORK: ReadonlySet<string> = new Set(["not-available", "not-permitted"]);

function refusalText({ kind, error }: { kind: LiveSource; error: CaptureError }): string {
  return `${kind}: ${error.message}`;
}

async function openKind(
  kind: LiveSource,
  choice: InterfaceChoice,
  options: LiveCaptureOptions,
  keeper: SourceKeeper,
): Promise<OpenedSources> {
  const { command = TCPDUMP_WORDS } = options;
  if (kind === "command" && !namesInterface(command)) {
    const source = new CommandSource(undefined, { ...sourceOptions(options), command });
    await keeper.watch(source);
    return { kind, interfaces: [source.name], reason: "left to the command", failures: [] };
  }
  const create = (name: string): PacketSource => liveSource(kind, name, options);
  const { names, failures } = await openInterfaces(choice, create, keeper);
  return { kind, interfaces: names, reason: choice.reason, failures };
}

function sourceOptions({ ports, ringBytes, snapLength }: LiveCaptureOptions): SourceOptions {
  return {
    ports,
    ...(ringBytes === undefined ? {} : { ringBytes }),
    ...(snapLength === undefined ? {} : { snapLength }),
  };
}
type SourceOptions = Pick<LiveCaptureOptions, "ports" | "ringBytes" | "snapLength">;

function liveSource(kind: LiveSource, name: string, options: LiveCaptureOptions): PacketSource {
  const { capChildPath: childPath, command = TCPDUMP_WORDS } = options;
  const common = sourceOptions(options);
  const create: Readonly<Record<LiveSource, () => PacketSource>> = {
    libpcap: () => new LibpcapSource(name, common),
    cap: () =>
      new CapSource(name, { ...common, ...(childPath === undefined ? {} : { childPath }) }),
    command: () => new CommandSource(name, { ...common, command }),
  };
  return create[kind]();
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
