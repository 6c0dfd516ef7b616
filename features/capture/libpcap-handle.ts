import { nativeUint16, nativeUint32, RECORD_HEADER_BYTES, walkRecords } from "./capture-records.ts";
import {
  activateCapture,
  FILE_HEADER_BYTES,
  type ActiveCapture,
  type LibpcapOptions,
} from "./libpcap-activation.ts";
import type { NativeLibraries } from "./libpcap-library.ts";
import type { FrameSink } from "./packet-source.ts";
import { emptyFrame } from "./reused-frame.ts";

/** Frames that one call of pcap_dispatch hands over at most: about a millisecond of work. */
const BATCH_FRAMES = 1024;

/** One record more than a batch fills, because fmemopen sets a zero byte behind what was written. */
function memoryBytes(snapLength: number): number {
  return FILE_HEADER_BYTES + (BATCH_FRAMES + 1) * (RECORD_HEADER_BYTES + snapLength);
}

/** struct pcap_stat: received, dropped, dropped by the interface; 32 bits each. */
const PCAP_STAT_BYTES = 12;
const PCAP_STAT_DROP_OFFSET = 4;

/** struct ifreq of netdevice(7): the name in 16 bytes, then the flags in 16 bits. */
const SIOCGIFFLAGS = 0x8913;
const IFREQ_BYTES = 40;
const IFREQ_FLAGS_OFFSET = 16;
const IFF_UP = 0x01;
const IFF_RUNNING = 0x40;

/** What a drain met: the ring's end, a full batch (there may be more), or a capture that is no more. */
export type DrainOutcome =
  | { readonly kind: "empty" }
  | { readonly kind: "more" }
  | { readonly kind: "failed"; readonly reason: string };

const EMPTY: DrainOutcome = { kind: "empty" };
const MORE: DrainOutcome = { kind: "more" };

/**
 * One running libpcap capture. Frames are fetched a batch at a time: libpcap's own pcap_dump is the callback and writes
 * into our memory, so that one foreign call moves a whole batch and no JavaScript runs per frame in it.
 *
 * Immediate mode (see activateCapture) is what makes a drain exact: without it frames rest in an open block of the ring
 * until a timer of the kernel retires it.
 */
export class LibpcapHandle {
  readonly #native: NativeLibraries;
  /** Held here because the C stream keeps its address. */
  readonly #memory: Buffer;
  readonly #capture: ActiveCapture;
  readonly #frame = emptyFrame();
  readonly #statistics = Buffer.alloc(PCAP_STAT_BYTES);
  readonly #interfaceRequest = Buffer.alloc(IFREQ_BYTES);

  /** Throws CaptureError: no such interface, no permission, or what libpcap says. */
  constructor(native: NativeLibraries, options: LibpcapOptions) {
    this.#native = native;
    this.#memory = Buffer.allocUnsafeSlow(memoryBytes(options.snapLength));
    this.#capture = activateCapture(native, options, this.#memory);
    this.#frame.bytes = this.#memory;
    this.#frame.linkType = this.#capture.linkType;
    this.#interfaceRequest.write(options.interfaceName, 0, IFREQ_FLAGS_OFFSET - 1, "utf8");
  }

  get timestamps(): "kernel-ns" | "kernel-us" {
    return this.#capture.hasNanoseconds ? "kernel-ns" : "kernel-us";
  }

  /** Moves one batch from the ring to `sink`. */
  drain(sink: FrameSink): DrainOutcome {
    const { pcap, c } = this.#native;
    const { handle, file, dumper } = this.#capture;
    c.rewind(file);
    const count = pcap.dispatch(handle, BATCH_FRAMES, pcap.dump, dumper);
    if (count < 0) return { kind: "failed", reason: pcap.errorText(handle) };
    if (count === 0) return EMPTY;
    // A stream that ran out of room says so nowhere else: dispatch and flush both report success.
    if (pcap.dumpFlush(dumper) !== 0 || c.failed(file) !== 0) {
      return { kind: "failed", reason: `${count} frames did not fit into the dump memory` };
    }
    walkRecords(this.#frame, 0, c.position(file), sink);
    return count < BATCH_FRAMES ? EMPTY : MORE;
  }

  /** Frames that the kernel dropped since activation because the ring was full; wraps at 2^32. */
  drops(): number {
    this.#native.pcap.statistics(this.#capture.handle, this.#statistics);
    return nativeUint32(this.#statistics, PCAP_STAT_DROP_OFFSET);
  }

  /**
   * Whether the interface is up and has its carrier: of a link that is down libpcap says nothing, a drain is then as
   * empty as on a quiet one. True where there is no such state (`any`).
   */
  isLinkUp(): boolean {
    const descriptor = this.#native.pcap.fileDescriptor(this.#capture.handle);
    const request = this.#interfaceRequest;
    if (this.#native.c.deviceControl(descriptor, SIOCGIFFLAGS, "void *", request) !== 0)
      return true;
    const flags = nativeUint16(request, IFREQ_FLAGS_OFFSET);
    return (flags & IFF_UP) !== 0 && (flags & IFF_RUNNING) !== 0;
  }

  close(): void {
    this.#native.pcap.dumpClose(this.#capture.dumper);
    this.#native.pcap.close(this.#capture.handle);
  }
}
