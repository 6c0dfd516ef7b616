import { expect, vi } from "vitest";
import { CapSource } from "../../features/capture/cap-source.ts";
import { CommandSource } from "../../features/capture/command-source.ts";
import { TCPDUMP_WORDS } from "../../features/capture/command-words.ts";
import { LibpcapSource } from "../../features/capture/libpcap-source.ts";
import type { PacketSource, SourceEvent } from "../../features/capture/packet-source.ts";
import { builtFile } from "./built.ts";
import { plain, type PlainFrame } from "./plain-frame.ts";

export interface LiveSourceOptions {
  readonly ports: ReadonlySet<number>;
  readonly ringBytes?: number;
}
export type CreateSource = (interfaceName: string, options: LiveSourceOptions) => PacketSource;

const childPath = builtFile("features/capture/cap-child.ts");

/** Every live source: what holds for one holds for all. */
export const LIVE: readonly (readonly [kind: string, create: CreateSource])[] = [
  ["libpcap", (name, options) => new LibpcapSource(name, options)],
  ["cap", (name, options) => new CapSource(name, { ...options, childPath })],
  ["command", (name, options) => new CommandSource(name, { ...options, command: TCPDUMP_WORDS })],
];

/** Sources that are open, and all that they have said. */
export class OpenSources {
  readonly #open: PacketSource[] = [];

  /** Opens a source; its frames and events are collected. */
  async listenTo(source: PacketSource): Promise<{
    readonly frames: PlainFrame[];
    readonly events: SourceEvent[];
  }> {
    const frames: PlainFrame[] = [];
    const events: SourceEvent[] = [];
    this.#open.push(source);
    await source.open(
      (frame) => frames.push(plain(frame)),
      (event) => events.push(event),
    );
    return { frames, events };
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((source) => source.close()));
  }
}

/** The events that tell of frames, by their kinds. */
export function faults(events: readonly SourceEvent[]): string[] {
  return events.map((event) => event.kind).filter((kind) => kind !== "said");
}

export function nanoseconds({ seconds, nanoseconds }: PlainFrame): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
}

/** On a busy machine another process may not get its turn within the bound of one barrier. */
export function barrierCompletes(source: PacketSource): Promise<void> {
  return vi.waitFor(async () => {
    expect(await source.barrier()).toBe("complete");
  }, 15_000);
}
