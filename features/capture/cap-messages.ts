import type { CaptureFault } from "./packet-source.ts";

/** What the parent tells the child at its start, as JSON in the first argument. */
export interface CapChildOptions {
  readonly interfaceName: string;
  readonly filter: string;
  readonly ringBytes: number;
  /** Bytes passed on of each frame. */
  readonly snapLength: number;
}

/** What the child says over the IPC channel; frames and barriers' answers go through a stream of their own. */
export type CapChildMessage =
  | { readonly kind: "opened"; readonly linkType: number }
  | { readonly kind: "failed"; readonly fault: CaptureFault; readonly message: string }
  /** The parent was too slow: so many frames were thrown away. */
  | { readonly kind: "overflow"; readonly frames: number };

/** What the parent asks: an answer in the stream, behind all frames that had reached the interface. */
export interface BarrierRequest {
  readonly kind: "barrier";
  readonly ticket: number;
}

/** Descriptor of the frame stream in the child: behind standard in-, output, error and the IPC channel. */
export const FRAME_STREAM_DESCRIPTOR = 4;

/** libpcap's link types by the names that `cap` gives them (its src/binding.cc), as LINKTYPE_ numbers. */
const LINK_TYPES: ReadonlyMap<string, number> = new Map([
  ["NULL", 0],
  ["ETHERNET", 1],
  ["LINKTYPE_LINUX_SLL", 113],
  ["RAW", 101],
]);

/** `undefined` for a link type that `cap` does not name. */
export function linkTypeNumber(name: string): number | undefined {
  return LINK_TYPES.get(name);
}

/** Which fault libpcap's message, as `cap` passes it on, stands for. */
export function faultOfMessage(message: string): CaptureFault {
  if (/permission|not permitted/i.test(message)) return "not-permitted";
  if (/no such device|doesn't exist/i.test(message)) return "no-such-interface";
  return "not-available";
}

/** The line of a dead child's error output that says why: the first that names an error, else the last. */
export function lastWords(errorOutput: string): string {
  const lines = errorOutput.split("\n").filter((line) => line.trim() !== "");
  return (lines.find((line) => /error|assert/i.test(line)) ?? lines.at(-1) ?? "").trim();
}
