import koffi from "koffi";
import type { Frame } from "../../features/decode/segment.ts";

/** Values of the kernel's socket.h and if_ether.h; struct sockaddr_ll of packet(7) has 20 bytes. */
const AF_PACKET = 17;
const SOCK_RAW = 3;
const SOCKADDR_LL_BYTES = 20;
const INDEX_OFFSET = 4;

/** Sends whole Ethernet frames out of an interface of this network namespace. Takes root. */
export class RawSender {
  readonly #c = koffi.load(null);
  readonly #descriptor: number;
  readonly #address = Buffer.alloc(SOCKADDR_LL_BYTES);

  constructor(interfaceName: string) {
    const socket = this.#c.func("int socket(int domain, int type, int protocol)");
    const indexOf = this.#c.func("unsigned int if_nametoindex(const char *name)");
    this.#descriptor = Number(socket(AF_PACKET, SOCK_RAW, 0));
    const index = Number(indexOf(interfaceName));
    if (this.#descriptor < 0 || index === 0) throw new Error(`cannot send from ${interfaceName}`);
    this.#address.writeUInt16LE(AF_PACKET, 0);
    this.#address.writeInt32LE(index, INDEX_OFFSET);
  }

  send(...frames: readonly Frame[]): void {
    const sendTo = this.#c.func(
      "long sendto(int fd, void *data, size_t bytes, int flags, void *to, uint32_t size)",
    );
    for (const { bytes, offset, capturedLength } of frames) {
      const data = Buffer.from(bytes.subarray(offset, offset + capturedLength));
      const sent = Number(
        sendTo(this.#descriptor, data, data.length, 0, this.#address, SOCKADDR_LL_BYTES),
      );
      if (sent !== data.length) throw new Error(`sent ${sent} of ${data.length} bytes`);
    }
  }

  close(): void {
    this.#c.func("int close(int fd)")(this.#descriptor);
  }
}
