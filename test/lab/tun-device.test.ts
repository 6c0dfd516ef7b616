import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addressesOf } from "../../src/demo/ip-packet.ts";
import { runCommand } from "../../src/demo/run-command.ts";
import { TunDevice } from "../../src/demo/tun-device.ts";
import { canRunLab } from "../support/system.ts";

const NAMESPACE = `spamflow-test-${process.pid}-tun`;
const NAME = `sft${process.pid}`;
const DEADLINE_MS = 10_000;

describe.runIf(canRunLab())("TunDevice", () => {
  let device: TunDevice;

  beforeAll(async () => {
    await runCommand(["ip", "netns", "add", NAMESPACE]);
    device = await TunDevice.open(NAME);
    await runCommand(["ip", "link", "set", NAME, "netns", NAMESPACE]);
  });

  afterAll(() => {
    device.close();
  });

  /** Reads until a packet to that address comes; what the kernel sends of its own accord is passed over. */
  async function packetTo(address: string): Promise<Buffer> {
    for (;;) {
      const packet = device.read();
      if (packet === undefined) await TunDevice.waitForPacket([device], DEADLINE_MS);
      else if (addressesOf(packet)?.destination === address) return packet;
    }
  }

  it("refuses a name that is taken, and one that is too long", async () => {
    const second = await TunDevice.open(`${NAME}x`);
    await expect(TunDevice.open(`${NAME}x`)).rejects.toThrow(`interface ${NAME}x: is the name`);
    second.close();
    await expect(TunDevice.open("a-name-too-long-for-it")).rejects.toThrow("too long");
  });

  it("has nothing to read, and refuses packets, while the interface is down", () => {
    expect(device.read()).toBeUndefined();
    expect(device.write(Buffer.alloc(20, 0x45))).toBe(false);
  });

  it("reads what programs of its namespace send, and writes what they get", async () => {
    const inside = { namespace: NAMESPACE };
    await runCommand(["ip", "address", "add", "10.99.0.1/24", "dev", NAME], inside);
    await runCommand(["ip", "link", "set", NAME, "up"], inside);
    await runCommand(["bash", "-c", "echo hello > /dev/udp/10.99.0.7/9"], inside);
    const packet = await packetTo("10.99.0.7");
    expect(packet.subarray(28).toString()).toBe("hello\n");
    expect(device.write(packet)).toBe(true);
  });

  it("ends a wait without a packet after its time", async () => {
    while (device.read() !== undefined);
    const started = performance.now();
    await TunDevice.waitForPacket([device], 20.5);
    expect(performance.now() - started).toBeLessThan(DEADLINE_MS);
  });

  it("fails when the interface has gone with its namespace", async () => {
    await runCommand(["ip", "netns", "delete", NAMESPACE]);
    const waitUntilGone = async (): Promise<never> => {
      for (;;) await TunDevice.waitForPacket([device], 10);
    };
    await expect(waitUntilGone()).rejects.toThrow(`the TUN interface ${NAME} has gone`);
  });
});
