import { CaptureError } from "./packet-source.ts";

declare const pcapHandle: unique symbol;
declare const cFile: unique symbol;
declare const pcapDumper: unique symbol;
declare const cFunction: unique symbol;

/** `pcap_t *`. The brands keep one kind of C pointer from being passed for another, which would end the process. */
export type PcapHandle = bigint & { readonly [pcapHandle]: true };
/** `FILE *`. */
export type CFile = bigint & { readonly [cFile]: true };
/** `pcap_dumper_t *`. */
export type PcapDumper = bigint & { readonly [pcapDumper]: true };
/** Address of a C function. */
export type CFunction = bigint & { readonly [cFunction]: true };

/** The functions of libpcap (its pcap.h) that a live capture needs. */
export interface PcapLibrary {
  readonly version: () => string;
  readonly create: (device: string, message: Buffer) => PcapHandle | null;
  readonly setSnapLength: (handle: PcapHandle, bytes: number) => number;
  readonly setPromiscuous: (handle: PcapHandle, on: 0 | 1) => number;
  readonly setImmediateMode: (handle: PcapHandle, on: 0 | 1) => number;
  readonly setBufferSize: (handle: PcapHandle, bytes: number) => number;
  readonly setTimestampPrecision: (handle: PcapHandle, precision: number) => number;
  readonly activate: (handle: PcapHandle) => number;
  readonly setNonBlocking: (handle: PcapHandle, on: 0 | 1, message: Buffer) => number;
  readonly linkType: (handle: PcapHandle) => number;
  readonly fileDescriptor: (handle: PcapHandle) => number;
  readonly compile: (
    ...of: [
      handle: PcapHandle,
      program: Buffer,
      expression: string,
      optimize: 0 | 1,
      netmask: number,
    ]
  ) => number;
  readonly setFilter: (handle: PcapHandle, program: Buffer) => number;
  readonly freeCode: (program: Buffer) => void;
  readonly dumpOpen: (handle: PcapHandle, file: CFile) => PcapDumper | null;
  readonly dumpFlush: (dumper: PcapDumper) => number;
  readonly dumpClose: (dumper: PcapDumper) => void;
  readonly dispatch: (
    handle: PcapHandle,
    count: number,
    callback: CFunction,
    user: PcapDumper,
  ) => number;
  readonly statistics: (handle: PcapHandle, statistics: Buffer) => number;
  readonly errorText: (handle: PcapHandle) => string;
  readonly statusText: (status: number) => string;
  readonly close: (handle: PcapHandle) => void;
  /** Address of pcap_dump itself, to be the callback of pcap_dispatch. */
  readonly dump: CFunction;
}

/** The functions of the C library that go with it. */
export interface CLibrary {
  readonly openMemory: (memory: Buffer, bytes: number, mode: string) => CFile | null;
  readonly setBuffering: (file: CFile, buffer: null, mode: number, bytes: number) => number;
  readonly rewind: (file: CFile) => void;
  readonly position: (file: CFile) => number;
  readonly failed: (file: CFile) => number;
  readonly closeFile: (file: CFile) => number;
  /** fcntl with one integer. */
  readonly control: (descriptor: number, command: number, type: "int", value: number) => number;
  /** setsockopt with one integer, given as its bytes. */
  readonly setSocketOption: (
    ...of: [descriptor: number, level: number, option: number, value: Buffer, bytes: number]
  ) => number;
  /** ioctl with one structure. */
  readonly deviceControl: (
    descriptor: number,
    request: number,
    type: "void *",
    value: Buffer,
  ) => number;
}

export interface NativeLibraries {
  readonly pcap: PcapLibrary;
  readonly c: CLibrary;
}

/** Debian and Ubuntu name the library by its first ABI, most others by the present one. */
export const PCAP_LIBRARY_NAMES: readonly string[] = ["libpcap.so.0.8", "libpcap.so.1"];

type Koffi = typeof import("koffi");
type Library = ReturnType<Koffi["load"]>;

/** Loads libpcap by the first of `names` that there is; rejects with CaptureError "not-available". */
export async function loadLibpcap(names = PCAP_LIBRARY_NAMES): Promise<NativeLibraries> {
  const koffi = await loadKoffi();
  const library = firstLibrary(koffi, names);
  try {
    return { pcap: pcapLibrary(library), c: cLibrary(koffi.load(null)) };
  } catch (cause) {
    throw new CaptureError("not-available", `libpcap lacks a function: ${String(cause)}`, {
      cause,
    });
  }
}

async function loadKoffi(): Promise<Koffi> {
  try {
    return await import("koffi");
  } catch (cause) {
    const message = `the koffi package cannot be loaded: ${String(cause)}`;
    throw new CaptureError("not-available", message, { cause });
  }
}

function firstLibrary(koffi: Koffi, names: readonly string[]): Library {
  const failures: string[] = [];
  for (const name of names) {
    try {
      return koffi.load(name);
    } catch (cause) {
      failures.push(`${name}: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
  }
  const text = `no libpcap on this host (Debian: apt-get install libpcap0.8): ${failures.join("; ")}`;
  throw new CaptureError("not-available", text);
}

function pcapLibrary(library: Library): PcapLibrary {
  return {
    version: library.func("const char *pcap_lib_version(void)"),
    create: library.func("void *pcap_create(const char *source, void *errbuf)"),
    setSnapLength: library.func("int pcap_set_snaplen(void *p, int snaplen)"),
    setPromiscuous: library.func("int pcap_set_promisc(void *p, int promisc)"),
    setImmediateMode: library.func("int pcap_set_immediate_mode(void *p, int on)"),
    setBufferSize: library.func("int pcap_set_buffer_size(void *p, int bytes)"),
    setTimestampPrecision: library.func("int pcap_set_tstamp_precision(void *p, int precision)"),
    activate: library.func("int pcap_activate(void *p)"),
    setNonBlocking: library.func("int pcap_setnonblock(void *p, int on, void *errbuf)"),
    linkType: library.func("int pcap_datalink(void *p)"),
    fileDescriptor: library.func("int pcap_get_selectable_fd(void *p)"),
    compile: library.func(
      "int pcap_compile(void *p, void *program, const char *expression, int optimize, uint32_t netmask)",
    ),
    setFilter: library.func("int pcap_setfilter(void *p, void *program)"),
    freeCode: library.func("void pcap_freecode(void *program)"),
    dumpOpen: library.func("void *pcap_dump_fopen(void *p, void *file)"),
    dumpFlush: library.func("int pcap_dump_flush(void *dumper)"),
    dumpClose: library.func("void pcap_dump_close(void *dumper)"),
    dispatch: library.func("int pcap_dispatch(void *p, int count, void *callback, void *user)"),
    statistics: library.func("int pcap_stats(void *p, void *statistics)"),
    errorText: library.func("const char *pcap_geterr(void *p)"),
    statusText: library.func("const char *pcap_statustostr(int status)"),
    close: library.func("void pcap_close(void *p)"),
    dump: library.symbol("pcap_dump") as CFunction,
  };
}

function cLibrary(library: Library): CLibrary {
  return {
    openMemory: library.func("void *fmemopen(void *memory, size_t bytes, const char *mode)"),
    setBuffering: library.func("int setvbuf(void *file, void *buffer, int mode, size_t bytes)"),
    rewind: library.func("void rewind(void *file)"),
    position: library.func("long ftell(void *file)"),
    failed: library.func("int ferror(void *file)"),
    closeFile: library.func("int fclose(void *file)"),
    control: library.func("int fcntl(int descriptor, int command, ...)"),
    setSocketOption: library.func(
      "int setsockopt(int descriptor, int level, int option, void *value, uint32_t bytes)",
    ),
    deviceControl: library.func("int ioctl(int descriptor, unsigned long request, ...)"),
  };
}
