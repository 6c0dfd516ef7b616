import { describe, expect, it } from "vitest";
import { LinkEmulator, type EmulatorOptions } from "../../../src/demo/link-emulator.ts";
import type { PacketDevice } from "../../../src/demo/tun-device.ts";

const HOST = "10.99.16.7";
const MX = "10.99.0.1";

/** A device whose packets lie in two arrays. */
class ArrayDevice implements PacketDevice {
  readonly waiting: Buffer[] = [];
  readonly written: Buffer[] = [];
  isUp = true;

  read(): Buffer | undefined {
    return this.waiting.shift();
  }

  write(packet: Buffer): boolean {
    if (this.isUp) this.written.push(packet);
    return this.isUp;
  }
}

function packet(source: string, destination: string, flags = 0x10): Buffer {
  const bytes = Buffer.alloc(40);
  bytes[0] = 0x45;
  bytes[9] = 6;
  bytes.set(source.split(".").map(Number), 12);
  bytes.set(destination.split(".").map(Number), 16);
  bytes[33] = flags;
  return bytes;
}

function emulatorWith(options: Partial<EmulatorOptions> = {}): {
  emulator: LinkEmulator;
  server: ArrayDevice;
  clients: ArrayDevice;
} {
  const server = new ArrayDevice();
  const clients = new ArrayDevice();
  const links = { [HOST]: { up: { delayMs: 10 }, down: { delayMs: 30 } } };
  const otherwise = { up: { delayMs: 0 }, down: { delayMs: 0 } };
  const emulator = new LinkEmulator({ server, clients, seed: 1, links, otherwise, ...options });
  return { emulator, server, clients };
}

describe("LinkEmulator", () => {
  it("delivers to the server after the way up, to the host after the way down", () => {
    const { emulator, server, clients } = emulatorWith();
    clients.waiting.push(packet(HOST, MX));
    server.waiting.push(packet(MX, HOST));
    expect(emulator.step(100)).toBe(110);
    expect(emulator.step(110)).toBe(130);
    expect([server.written.length, clients.written.length]).toEqual([1, 0]);
    expect(emulator.step(130)).toBeUndefined();
    expect(clients.written).toEqual([packet(MX, HOST)]);
  });

  it("gives a host that no link names the other link", () => {
    const { emulator, server, clients } = emulatorWith();
    clients.waiting.push(packet("10.99.16.8", MX));
    expect(emulator.step(5)).toBe(5);
    emulator.step(5);
    expect(server.written.length).toBe(1);
  });

  it("keeps the resets of a host that vanishes, but not those of the server", () => {
    const way = { delayMs: 0 };
    const links = { [HOST]: { up: way, down: way, swallowsResets: true } };
    const { emulator, server, clients } = emulatorWith({ links });
    clients.waiting.push(packet(HOST, MX, 0x14), packet(HOST, MX, 0x10));
    server.waiting.push(packet(MX, HOST, 0x14));
    emulator.step(0);
    emulator.step(0);
    expect(server.written).toEqual([packet(HOST, MX, 0x10)]);
    expect(clients.written.length).toBe(1);
  });

  it("counts what each link did, by address", () => {
    const lossy = { up: { delayMs: 0, loss: 1 }, down: { delayMs: 0 } };
    const { emulator, clients } = emulatorWith({ links: { [HOST]: lossy } });
    clients.waiting.push(packet(HOST, MX), packet(HOST, MX));
    emulator.step(0);
    const { links } = emulator.counters();
    expect(links[HOST]?.up).toMatchObject({ packets: 2, lost: 2 });
    expect(links[HOST]?.down.packets).toBe(0);
  });

  it("counts packets that are no IP and packets that the kernel refuses", () => {
    const { emulator, server, clients } = emulatorWith();
    clients.waiting.push(Buffer.alloc(3), packet(HOST, MX));
    server.isUp = false;
    emulator.step(0);
    emulator.step(10);
    expect(emulator.counters()).toMatchObject({ stray: 1, refused: 1, overflow: 0 });
  });

  it("takes a bounded number of packets at a time, and the rest in the next step", () => {
    const { emulator, clients } = emulatorWith();
    for (let count = 0; count < 100; count++) clients.waiting.push(packet(HOST, MX));
    emulator.step(0);
    expect(clients.waiting.length).toBe(36);
    emulator.step(0);
    expect(clients.waiting.length).toBe(0);
  });

  it("drops packets when 20,000 are under way", () => {
    const { emulator, clients } = emulatorWith();
    const one = packet(HOST, MX);
    for (let count = 0; count < 20_001; count++) {
      clients.waiting.push(one);
      emulator.step(0);
    }
    expect(emulator.counters().overflow).toBe(1);
  });
});
