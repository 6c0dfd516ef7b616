import type { Frame } from "../decode/segment.ts";

/** What tcpdump tells on SIGUSR1, in one line, and at its end, in three. */
export interface TcpdumpCounts {
  /** Frames that matched the filter, also those that were dropped then; modulo 2^32. */
  readonly received: number;
  readonly dropped: number;
}

/**
 * Takes tcpdump's standard error apart into counts and what else it says.
 *
 * Its words are those of tcpdump 4.9 to 4.99 (`info` in tcpdump.c).
 */
const COUNTS =
  /^tcpdump: \d+ packets? captured, (\d+) packets? received by filter, (\d+) packets? dropped by kernel/;
const LAST_COUNT = /^\d+ packets? (?:captured|received by filter|dropped by (?:kernel|interface))$/;

/** The counts of a line that answers SIGUSR1; undefined for any other. */
export function tcpdumpCounts(line: string): TcpdumpCounts | undefined {
  const [, received, dropped] = COUNTS.exec(line) ?? [];
  if (received === undefined || dropped === undefined) return undefined;
  return { received: Number(received), dropped: Number(dropped) };
}

/** Whether a line is one of the counts that tcpdump prints when it ends. */
export function isLastCount(line: string): boolean {
  return LAST_COUNT.test(line);
}

/** ARPHRD_LOOPBACK of the kernel's if_arp.h, as the cooked link types bear it. */
const ARPHRD_LOOPBACK = 772;
/** Where the cooked link types (113 and 276) say of what kind a frame's interface is. */
const ARPHRD_OFFSETS: ReadonlyMap<number, number> = new Map([
  [113, 2],
  [276, 8],
]);

/** Whether a frame of a capture on `any` came over the loopback interface. */
export function isLoopbackFrame({ bytes, offset, linkType }: Frame): boolean {
  const at = ARPHRD_OFFSETS.get(linkType);
  if (at === undefined) return false;
  return ((bytes[offset + at] ?? 0) << 8) + (bytes[offset + at + 1] ?? 0) === ARPHRD_LOOPBACK;
}

/** Frames that have come, and those of them that passed the loopback interface. */
export interface DeliveredFrames {
  readonly all: number;
  readonly loopback: number;
}

/**
 * Whether all frames that the counts hold have been delivered; undefined where the counts do not tell.
 *
 * Of what passes the loopback interface the kernel counts the outgoing and the incoming copy, and libpcap passes on the
 * second alone. Once frames were dropped nobody knows which copies these were.
 */
export function isAllDelivered(
  { received, dropped }: TcpdumpCounts,
  { all, loopback }: DeliveredFrames,
): boolean | undefined {
  if (dropped > 0 && loopback > 0) return undefined;
  return ((received - dropped - all - loopback) | 0) <= 0;
}
