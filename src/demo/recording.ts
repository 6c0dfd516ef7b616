/** The demo's packets as captures, for where no lab can be made: written by tcpdump, kept in packaging/demo. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { HostClasses } from "./flow-objects.ts";
import type { HostClass } from "./host-kinds.ts";
import { LoggingProcess } from "./logging-process.ts";
import { MX_DEVICE } from "./network-lab.ts";

const START_DEADLINE_MS = 10_000;

/**
 * More than the lab's MTU, so packets are whole. With tcpdump's default of 256 KiB the kernel's buffer has room for
 * so few packets that some are dropped.
 */
const SNAP_BYTES = 2_048;
const BUFFER_KIB = 16_384;

/** Maps the address of each host to its class. */
const HOSTS_FILE = "hosts.json";

/** A capture of one batch while it is taken. */
export class Recording {
  readonly #tcpdump: LoggingProcess;
  readonly #file: string;

  private constructor(tcpdump: LoggingProcess, file: string) {
    this.#tcpdump = tcpdump;
    this.#file = file;
  }

  /** Resolves when tcpdump listens: packets that come later are in the capture. */
  static async start(folder: string, batch: string, namespace: string): Promise<Recording> {
    await mkdir(folder, { recursive: true });
    const file = join(folder, `${batch}-batch.pcap`);
    const size = ["-s", String(SNAP_BYTES), "-B", String(BUFFER_KIB)];
    const options = ["-i", MX_DEVICE, ...size, "--immediate-mode", "-Z", "root", "-w", file];
    const command = ["tcpdump", ...options, "tcp port 25"];
    const tcpdump = new LoggingProcess({ name: "tcpdump", command, namespace });
    try {
      await tcpdump.line("listening on", START_DEADLINE_MS);
    } catch (error) {
      await tcpdump.stop();
      throw error;
    }
    return new Recording(tcpdump, file);
  }

  /** Ends the capture and leaves it compressed. */
  async finish(): Promise<void> {
    await this.#tcpdump.stop();
    await writeFile(`${this.#file}.gz`, gzipSync(await readFile(this.#file), { level: 9 }));
    await rm(this.#file);
  }

  /** Ends the capture, finished or not. */
  async stop(): Promise<void> {
    await this.#tcpdump.stop();
  }
}

export function recordedCapture(folder: string, batch: string): string {
  return join(folder, `${batch}-batch.pcap.gz`);
}

export async function writeHostClasses(folder: string, classes: HostClasses): Promise<void> {
  const text = JSON.stringify(Object.fromEntries(classes), undefined, 1);
  await writeFile(join(folder, HOSTS_FILE), `${text}\n`);
}

export async function readHostClasses(folder: string): Promise<HostClasses> {
  const text = await readFile(join(folder, HOSTS_FILE), "utf8");
  return new Map(Object.entries(JSON.parse(text) as Record<string, HostClass>));
}
