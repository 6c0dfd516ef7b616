/**
 * A small internet of this machine's own: a namespace for the mail server, one for all sending hosts, and an
 * emulated link for each host between them. Its addresses exist nowhere else. Needs root and /dev/net/tun.
 */
import { existsSync } from "node:fs";
import { builtProgram } from "./project-files.ts";
import { ChildProgram } from "./child-program.ts";
import type { EmulatorOrder, EmulatorReport } from "./lab-messages.ts";
import type { LinkProfile } from "./link.ts";
import type { EmulatorCounters } from "./link-emulator.ts";
import { endProcessesIn, namespacesOfDeadLabs } from "./namespaces.ts";
import { runCommand } from "./run-command.ts";
import { TUN_FILE } from "./tun-device.ts";

/** The mail server's interface, in its namespace; a capture there has the link type RAW. */
export const MX_DEVICE = "mx0";
const HOSTS_DEVICE = "hosts0";

export const MX_ADDRESS = "10.99.0.1";
export const MX_ADDRESS_6 = "fd00:99::1";

/** Every address in here can be a sending host's, with no set-up of its own. */
const HOSTS_NETWORK = "10.99.16.0/20";
const HOSTS_NETWORK_6 = "fd00:99::1:0/112";

/** Addresses of the host's interface itself; not used for sending. */
const HOSTS_DEVICE_ADDRESS = "10.99.16.1";
const HOSTS_DEVICE_ADDRESS_6 = "fd00:99::1:1";

/** Packets that may wait in a device before the emulator reads them; a burst must not be lost there. */
const DEVICE_QUEUE_PACKETS = 5_000;

/** First routing table for hosts with a small window; one table per window size. */
const FIRST_WINDOW_TABLE = 100;

/** The emulator must have made its devices within this time. */
const EMULATOR_DEADLINE_MS = 10_000;

/**
 * TCP as most of the internet speaks it, whatever this machine's default is; nothing learnt in one connection is
 * used in the next, and no check that a packet's source lies behind the interface that it came from.
 */
const SYSCTLS: readonly (readonly [file: string, value: string])[] = [
  ["ipv4/tcp_congestion_control", "cubic"],
  ["ipv4/tcp_no_metrics_save", "1"],
  ["ipv4/conf/all/rp_filter", "0"],
  ["ipv4/conf/default/rp_filter", "0"],
  ["ipv6/conf/default/accept_dad", "0"],
  ["ipv6/ip_nonlocal_bind", "1"],
];

export interface LabHost {
  /** In 10.99.16.0/20 or fd00:99::1:0/112. */
  readonly address: string;
  readonly link: LinkProfile;
  /** Largest receive window that the host advertises, in bytes; the kernel's choice when left out. */
  readonly receiveWindow?: number;
}

export interface LabOptions {
  readonly hosts: readonly LabHost[];
  /** Determines which packets are lost, reordered and duplicated. */
  readonly seed: number;
  /** Told when the link emulator fails: from then on no packet comes through. */
  readonly onFailure?: ((error: Error) => void) | undefined;
}

/** Why no lab can be made here, in one line; undefined when one can. */
export function whyNoLab(): string | undefined {
  if (process.platform !== "linux") return "network namespaces exist on Linux only";
  if (process.getuid?.() !== 0) return "network namespaces and emulated links need root";
  if (!existsSync(TUN_FILE)) return `there is no ${TUN_FILE}`;
  return undefined;
}

/** True when the kernel speaks IPv6; hosts with such addresses need it. */
export function kernelHasIpv6(): boolean {
  return existsSync("/proc/net/if_inet6");
}

interface Question {
  readonly resolve: (report: EmulatorReport) => void;
  readonly reject: (error: Error) => void;
}

export class NetworkLab {
  readonly mxNamespace = `spamflow-${process.pid}-mx`;
  readonly hostsNamespace = `spamflow-${process.pid}-hosts`;
  #emulator: ChildProgram<EmulatorOrder, EmulatorReport> | undefined;
  /** What waits for the emulator's next report, if anything does. */
  #question: Question | undefined;

  /** Makes the lab. What had been made before a failure is taken down again. One lab per process at a time. */
  static async up(options: LabOptions): Promise<NetworkLab> {
    const reason = whyNoLab();
    if (reason !== undefined) throw new Error(reason);
    await removeDeadLabs();
    const lab = new NetworkLab();
    try {
      await lab.#make(options);
    } catch (error) {
      await lab.down();
      throw error;
    }
    return lab;
  }

  /** What the links have done so far. */
  async counters(): Promise<EmulatorCounters> {
    const report = await this.#ask({ kind: "count" });
    if (report.kind !== "counted") throw new Error("the link emulator did not count");
    return report.counters;
  }

  /** Removes all of it, and ends every process that still runs inside. Calling it again does nothing more. */
  async down(): Promise<void> {
    await this.#emulator?.stop();
    this.#emulator = undefined;
    for (const namespace of [this.hostsNamespace, this.mxNamespace])
      await removeNamespace(namespace);
  }

  async #make(options: LabOptions): Promise<void> {
    for (const namespace of [this.mxNamespace, this.hostsNamespace]) {
      await runCommand(["ip", "netns", "add", namespace]);
      await runCommand(["sh", "-c", sysctlScript()], { namespace });
      await runCommand(["ip", "link", "set", "lo", "up"], { namespace });
    }
    await this.#startEmulator(options);
    await this.#addressMx();
    await this.#addressHosts();
    await this.#narrowWindows(options.hosts);
  }

  /** The emulator makes its devices in this namespace and keeps its hold on them when they move. */
  async #startEmulator({ hosts, seed, onFailure }: LabOptions): Promise<void> {
    this.#emulator = new ChildProgram({
      file: builtProgram("demo/link-emulator-process"),
      onReport: (report: EmulatorReport) => {
        this.#question?.resolve(report);
      },
      onFailure: (error) => {
        this.#question?.reject(error);
        onFailure?.(error);
      },
    });
    const [serverDevice, clientDevice] = [`sf${process.pid}m`, `sf${process.pid}h`];
    await this.#ask({
      kind: "relay",
      serverDevice,
      clientDevice,
      seed,
      links: Object.fromEntries(hosts.map(({ address, link }) => [address, link])),
      otherwise: { up: { delayMs: 0 }, down: { delayMs: 0 } },
    });
    await moveDevice(serverDevice, this.mxNamespace, MX_DEVICE);
    await moveDevice(clientDevice, this.hostsNamespace, HOSTS_DEVICE);
  }

  async #addressMx(): Promise<void> {
    const inMx = { namespace: this.mxNamespace };
    await runCommand(["ip", "address", "add", `${MX_ADDRESS}/16`, "dev", MX_DEVICE], inMx);
    if (!kernelHasIpv6()) return;
    await runCommand(
      ["ip", "address", "add", `${MX_ADDRESS_6}/64`, "dev", MX_DEVICE, "nodad"],
      inMx,
    );
  }

  /** A `local` route makes all of a network this machine's own, without one address for each host. */
  async #addressHosts(): Promise<void> {
    const ip = async (...words: string[]): Promise<unknown> =>
      runCommand(["ip", ...words], { namespace: this.hostsNamespace });
    await ip("address", "add", `${HOSTS_DEVICE_ADDRESS}/32`, "dev", HOSTS_DEVICE);
    await ip("route", "add", "local", HOSTS_NETWORK, "dev", "lo");
    await ip("route", "add", MX_ADDRESS, "dev", HOSTS_DEVICE, "src", HOSTS_DEVICE_ADDRESS);
    if (!kernelHasIpv6()) return;
    await ip("address", "add", `${HOSTS_DEVICE_ADDRESS_6}/128`, "dev", HOSTS_DEVICE, "nodad");
    await ip("route", "add", "local", HOSTS_NETWORK_6, "dev", "lo");
    await ip("route", "add", MX_ADDRESS_6, "dev", HOSTS_DEVICE);
  }

  /** A route can bound the window; which route a host's packets take is chosen by their source address. */
  async #narrowWindows(hosts: readonly LabHost[]): Promise<void> {
    const ip = async (...words: string[]): Promise<unknown> =>
      runCommand(["ip", ...words], { namespace: this.hostsNamespace });
    const windows = [...new Set(hosts.map(({ receiveWindow }) => receiveWindow))];
    for (const { address, receiveWindow } of hosts) {
      if (receiveWindow === undefined) continue;
      const table = String(FIRST_WINDOW_TABLE + windows.indexOf(receiveWindow));
      const [family, mx] = address.includes(":") ? ["-6", MX_ADDRESS_6] : ["-4", MX_ADDRESS];
      await ip(family, "rule", "add", "from", address, "table", table);
      const route = [mx, "dev", HOSTS_DEVICE, "window", String(receiveWindow), "table", table];
      await ip(family, "route", "replace", ...route);
    }
  }

  async #ask(order: EmulatorOrder): Promise<EmulatorReport> {
    const emulator = this.#emulator;
    if (emulator === undefined) throw new Error("the lab is down");
    let deadline: NodeJS.Timeout | undefined;
    const answer = new Promise<EmulatorReport>((resolve, reject) => {
      this.#question = { resolve, reject };
      deadline = setTimeout(() => {
        reject(new Error("the link emulator does not answer"));
      }, EMULATOR_DEADLINE_MS);
      emulator.send(order);
    });
    return answer.finally(() => {
      clearTimeout(deadline);
      this.#question = undefined;
    });
  }
}

function sysctlScript(): string {
  return SYSCTLS.map(([file, value]) => {
    const path = `/proc/sys/net/${file}`;
    return `if [ -w ${path} ]; then echo ${value} > ${path} || true; fi`;
  }).join("\n");
}

async function moveDevice(device: string, namespace: string, name: string): Promise<void> {
  await runCommand(["ip", "link", "set", device, "netns", namespace, "name", name]);
  const queue = String(DEVICE_QUEUE_PACKETS);
  await runCommand(["ip", "link", "set", name, "up", "txqueuelen", queue], { namespace });
}

async function removeNamespace(namespace: string): Promise<void> {
  if (!existsSync(`/run/netns/${namespace}`)) return;
  await endProcessesIn(namespace);
  await runCommand(["ip", "netns", "delete", namespace]);
}

/** A lab whose process was killed cannot take itself down; the next one does it. */
async function removeDeadLabs(): Promise<void> {
  for (const namespace of await namespacesOfDeadLabs()) await removeNamespace(namespace);
}
