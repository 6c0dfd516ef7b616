/**
 * TUN devices: network interfaces whose packets a program reads and writes (Linux,
 * Documentation/networking/tuntap.rst). libc is called through koffi, because Node has neither ioctl nor poll; reading
 * by fs.read works too, but a read that waits in the thread pool keeps the process from ever ending.
 */
import { closeSync, constants, openSync } from "node:fs";

/** The device file that every TUN interface is opened by. */
export const TUN_FILE = "/dev/net/tun";

/** `struct ifreq` of <net/if.h>: the name in 16 bytes, then the flags. */
const IFREQ_BYTES = 40;
const MAX_NAME_BYTES = 15;
const FLAGS_OFFSET = 16;

/** <linux/if_tun.h>: IP packets without a header of any kind before them. */
const IFF_TUN_WITHOUT_PACKET_INFORMATION = 0x1001;
const TUNSETIFF = 0x400454ca;

/** `struct pollfd` of <poll.h>: descriptor, asked-for events, found events. */
const POLLFD_BYTES = 8;
const POLLIN = 1;

/** Largest packet that a TUN device can give. */
const MAX_PACKET_BYTES = 65_535;

interface Libc {
  readonly ioctl: (fd: number, request: number, argument: Buffer) => number;
  readonly read: (fd: number, buffer: Buffer, bytes: number) => number;
  readonly write: (fd: number, buffer: Buffer, bytes: number) => number;
  readonly ppoll: (polled: Buffer, count: number, timeout: Buffer) => Promise<number>;
}

/** The functions of the C library that are needed. Loaded when asked for, so that all else runs without koffi. */
async function loadLibc(): Promise<Libc> {
  const { default: koffi } = await import("koffi");
  const libc = koffi.load(null);
  const ppoll = libc.func(
    "int ppoll(_Inout_ uint8_t *fds, unsigned long count, uint8_t *timeout, void *mask)",
  );
  return {
    ioctl: libc.func("int ioctl(int fd, unsigned long request, _Inout_ uint8_t *argument)"),
    read: libc.func("intptr_t read(int fd, _Out_ uint8_t *buffer, size_t bytes)"),
    write: libc.func("intptr_t write(int fd, uint8_t *buffer, size_t bytes)"),
    ppoll: (polled, count, timeout) =>
      new Promise((resolve, reject) => {
        ppoll.async(polled, count, timeout, null, (error: Error | null, found: number) => {
          if (error === null) resolve(found);
          else reject(error);
        });
      }),
  };
}

/** One end of a wire: the emulator needs no more of a device. */
export interface PacketDevice {
  /** The next packet that waits; undefined when none does. It is the caller's to keep. */
  read(): Buffer | undefined;
  /** Hands a packet to the kernel; false when the kernel refused it, as it does while the interface is down. */
  write(packet: Buffer): boolean;
}

/** A TUN interface of this process: it vanishes when the process ends, in whatever namespace it is by then. */
export class TunDevice implements PacketDevice {
  readonly name: string;
  readonly descriptor: number;
  readonly #libc: Libc;
  readonly #buffer = Buffer.alloc(MAX_PACKET_BYTES);

  private constructor(name: string, descriptor: number, libc: Libc) {
    this.name = name;
    this.descriptor = descriptor;
    this.#libc = libc;
  }

  /** Makes the interface, down and without an address, in the namespace of this process. Needs CAP_NET_ADMIN. */
  static async open(name: string): Promise<TunDevice> {
    if (Buffer.byteLength(name) > MAX_NAME_BYTES)
      throw new Error(`interface name "${name}" is too long`);
    const libc = await loadLibc();
    const descriptor = openSync(TUN_FILE, constants.O_RDWR | constants.O_NONBLOCK);
    const request = Buffer.alloc(IFREQ_BYTES);
    request.write(name);
    request.writeUInt16LE(IFF_TUN_WITHOUT_PACKET_INFORMATION, FLAGS_OFFSET);
    if (libc.ioctl(descriptor, TUNSETIFF, request) !== 0) {
      closeSync(descriptor);
      throw new Error(
        `cannot make the TUN interface ${name}: is the name taken, or this process not root?`,
      );
    }
    return new TunDevice(name, descriptor, libc);
  }

  read(): Buffer | undefined {
    const bytes = this.#libc.read(this.descriptor, this.#buffer, this.#buffer.length);
    return bytes > 0 ? Buffer.from(this.#buffer.subarray(0, bytes)) : undefined;
  }

  write(packet: Buffer): boolean {
    return this.#libc.write(this.descriptor, packet, packet.length) === packet.length;
  }

  /** Waits until one of the devices has a packet, at most `timeoutMs` (a fraction counts). */
  static async waitForPacket(devices: readonly TunDevice[], timeoutMs: number): Promise<void> {
    const [first] = devices;
    if (first === undefined) throw new Error("no device to wait for");
    const polled = Buffer.alloc(POLLFD_BYTES * devices.length);
    devices.forEach(({ descriptor }, index) => {
      polled.writeInt32LE(descriptor, POLLFD_BYTES * index);
      polled.writeInt16LE(POLLIN, POLLFD_BYTES * index + 4);
    });
    await first.#libc.ppoll(polled, devices.length, timespec(timeoutMs));
    devices.forEach(({ name }, index) => {
      const found = polled.readInt16LE(POLLFD_BYTES * index + 6);
      if ((found & ~POLLIN) !== 0) throw new Error(`the TUN interface ${name} has gone`);
    });
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

/** `struct timespec` of <time.h> on a 64-bit machine. */
function timespec(milliseconds: number): Buffer {
  const nanoseconds = BigInt(Math.round(Math.max(0, milliseconds) * 1e6));
  const struct = Buffer.alloc(16);
  struct.writeBigInt64LE(nanoseconds / 1_000_000_000n, 0);
  struct.writeBigInt64LE(nanoseconds % 1_000_000_000n, 8);
  return struct;
}
