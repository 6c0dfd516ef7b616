/** The link emulator as a process of its own, so that its packets never wait for anything that the daemon or the demo do. */
import { setPriority } from "node:os";
import { obeyParent } from "./child-program.ts";
import type { EmulatorOrder, EmulatorReport } from "./lab-messages.ts";
import { LinkEmulator } from "./link-emulator.ts";
import { TunDevice } from "./tun-device.ts";

/** Niceness that goes before most others. */
const PRIORITY = -15;

/** The longest wait for a packet: the process cannot end in the middle of one. */
const MAX_WAIT_MS = 100;

let emulator: LinkEmulator | undefined;

async function obey(order: EmulatorOrder, report: (report: EmulatorReport) => void): Promise<void> {
  if (order.kind === "relay") {
    setPriority(PRIORITY);
    const server = await TunDevice.open(order.serverDevice);
    const clients = await TunDevice.open(order.clientDevice);
    emulator = new LinkEmulator({ ...order, server, clients });
    report({ kind: "relaying" });
    await relay(emulator, [server, clients]);
  } else if (emulator !== undefined) {
    report({ kind: "counted", counters: emulator.counters() });
  }
}

/** Runs until the process ends. */
async function relay(running: LinkEmulator, devices: readonly TunDevice[]): Promise<never> {
  for (;;) {
    const nextDueMs = running.step(performance.now());
    const waitMs = nextDueMs === undefined ? MAX_WAIT_MS : nextDueMs - performance.now();
    await TunDevice.waitForPacket(devices, Math.min(waitMs, MAX_WAIT_MS));
  }
}

obeyParent(obey);
