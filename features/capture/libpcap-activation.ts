import { isKnownLinkType } from "../decode/link.ts";
import { nativeUint32, writeNativeUint32 } from "./capture-records.ts";
import type {
  CFile,
  NativeLibraries,
  PcapDumper,
  PcapHandle,
  PcapLibrary,
} from "./libpcap-library.ts";
import { CaptureError, PERMISSION_HINT, type CaptureFault } from "./packet-source.ts";
import { portFilter } from "./port-filter.ts";

export interface LibpcapOptions {
  readonly interfaceName: string;
  readonly ports: ReadonlySet<number>;
  /** Size of the kernel's ring for this capture. */
  readonly ringBytes: number;
  /** Bytes kept of each frame. */
  readonly snapLength: number;
}

/** A libpcap capture that runs, and the C stream over memory that its frames are dumped into. */
export interface ActiveCapture {
  readonly handle: PcapHandle;
  readonly file: CFile;
  readonly dumper: PcapDumper;
  /** LINKTYPE_ number. */
  readonly linkType: number;
  readonly hasNanoseconds: boolean;
}

/** Bytes of a pcap file's header, which pcap_dump_fopen writes first. */
export const FILE_HEADER_BYTES = 24;
const LINK_TYPE_OFFSET = 20;
const NANOSECOND_MAGIC = 0xa1b23c4d;

/** Values of libpcap's pcap.h; PCAP_ERROR alone says nothing but that the message says more. */
const PCAP_ERROR = -1;
const PCAP_ERRBUF_SIZE = 256;
const PCAP_TSTAMP_PRECISION_NANO = 1;
const PCAP_NETMASK_UNKNOWN = 0xffffffff;
const BPF_PROGRAM_BYTES = 16;
/** Ethernet. */
const DLT_EN10MB = 1;

/** What a negative answer of pcap_activate means to whoever asked for the capture. */
const ACTIVATION_FAULTS: ReadonlyMap<number, CaptureFault> = new Map([
  [-5, "no-such-interface"],
  [-8, "not-permitted"],
  [-11, "not-permitted"],
]);

/** Values of the C library on Linux. */
const IOFBF = 0;
const F_SETFD = 2;
const FD_CLOEXEC = 1;
const SOL_SOCKET = 1;
const SO_TIMESTAMP = 29;
/** Buffer of the C stream: how much is written between two copies into our memory. */
const STREAM_BUFFER_BYTES = 65_536;

/**
 * Opens `options.interfaceName` for capture, its frames to be dumped into `memory`; throws CaptureError. C keeps the
 * address of `memory`, so the caller must hold it as long as the capture is open.
 */
export function activateCapture(
  native: NativeLibraries,
  options: LibpcapOptions,
  memory: Buffer,
): ActiveCapture {
  const { pcap } = native;
  const handle = activate(pcap, options);
  try {
    checkLinkType(pcap.linkType(handle), options);
    setFilter(pcap, handle, options);
    setDescriptor(native, pcap.fileDescriptor(handle));
    const stream = openDump(native, handle, memory);
    return {
      handle,
      ...stream,
      linkType: nativeUint32(memory, LINK_TYPE_OFFSET),
      hasNanoseconds: nativeUint32(memory, 0) === NANOSECOND_MAGIC,
    };
  } catch (error) {
    pcap.close(handle);
    throw error;
  }
}

function activate(pcap: PcapLibrary, options: LibpcapOptions): PcapHandle {
  const message = Buffer.alloc(PCAP_ERRBUF_SIZE);
  const handle = pcap.create(options.interfaceName, message);
  if (handle === null) throw unavailable(options, cString(message));
  pcap.setSnapLength(handle, options.snapLength);
  pcap.setPromiscuous(handle, 0);
  pcap.setImmediateMode(handle, 1);
  pcap.setBufferSize(handle, options.ringBytes);
  pcap.setTimestampPrecision(handle, PCAP_TSTAMP_PRECISION_NANO);
  const status = pcap.activate(handle);
  if (status >= 0 && pcap.setNonBlocking(handle, 1, message) === 0) return handle;
  const error =
    status < 0
      ? activationError(pcap, handle, status, options)
      : unavailable(options, cString(message));
  pcap.close(handle);
  throw error;
}

function activationError(
  pcap: PcapLibrary,
  handle: PcapHandle,
  status: number,
  options: LibpcapOptions,
): CaptureError {
  const detail = pcap.errorText(handle);
  const general = status === PCAP_ERROR ? "" : pcap.statusText(status);
  const fault = ACTIVATION_FAULTS.get(status) ?? "not-available";
  const hint = fault === "not-permitted" ? PERMISSION_HINT : "";
  const parts = [...new Set([general, detail, hint])].filter((part) => part !== "");
  return new CaptureError(fault, `interface ${options.interfaceName}: ${parts.join("; ")}`);
}

function unavailable(options: LibpcapOptions, text: string): CaptureError {
  return new CaptureError("not-available", `interface ${options.interfaceName}: ${text}`);
}

function checkLinkType(linkType: number, { interfaceName }: LibpcapOptions): void {
  if (isKnownLinkType(linkType)) return;
  const text = `interface ${interfaceName}: link type ${linkType} cannot be decoded`;
  throw new CaptureError("unknown-link-type", text);
}

/** Frames may enter the ring before this filter holds: the flow table checks ports itself. */
function setFilter(pcap: PcapLibrary, handle: PcapHandle, options: LibpcapOptions): void {
  const program = Buffer.alloc(BPF_PROGRAM_BYTES);
  const expression = portFilter(options.ports, { vlanTags: pcap.linkType(handle) === DLT_EN10MB });
  if (pcap.compile(handle, program, expression, 1, PCAP_NETMASK_UNKNOWN) !== 0) {
    throw unavailable(options, `filter "${expression}": ${pcap.errorText(handle)}`);
  }
  const status = pcap.setFilter(handle, program);
  pcap.freeCode(program);
  if (status !== 0) throw unavailable(options, pcap.errorText(handle));
}

/**
 * The descriptor is not for children. And the kernel is asked to stamp each packet once, as it comes from or goes to the
 * device: otherwise each capture on the host stamps for itself, when its turn comes, and two of them differ by a
 * microsecond. (They still do for TCP that a virtual link brings from another namespace, as those packets bear the time
 * of their departure, which the kernel keeps.)
 */
function setDescriptor({ c }: NativeLibraries, descriptor: number): void {
  const on = Buffer.alloc(4);
  writeNativeUint32(on, 0, 1);
  c.control(descriptor, F_SETFD, "int", FD_CLOEXEC);
  c.setSocketOption(descriptor, SOL_SOCKET, SO_TIMESTAMP, on, on.length);
}

function openDump(
  { pcap, c }: NativeLibraries,
  handle: PcapHandle,
  memory: Buffer,
): { readonly file: CFile; readonly dumper: PcapDumper } {
  const file = c.openMemory(memory, memory.length, "w");
  if (file === null) throw new CaptureError("not-available", "fmemopen: no memory for a stream");
  c.setBuffering(file, null, IOFBF, STREAM_BUFFER_BYTES);
  const dumper = pcap.dumpOpen(handle, file);
  if (dumper === null) {
    c.closeFile(file);
    throw new CaptureError("not-available", `pcap_dump_fopen: ${pcap.errorText(handle)}`);
  }
  pcap.dumpFlush(dumper);
  return { file, dumper };
}

function cString(memory: Buffer): string {
  const end = memory.indexOf(0);
  return memory.toString("utf8", 0, end < 0 ? memory.length : end);
}
