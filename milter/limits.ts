import { MAX_PACKET_BYTES } from "./wire/packet-splitter.ts";

/** Bounds of a server. Each one has a default that ordinary mail does not reach. */
export interface Limits {
  /** Longest packet, in bytes; a longer one ends the connection. Below 102,400 real headers are refused. */
  readonly maxPacketBytes: number;
  /** Headers of one message that are handed to the filter; later ones are counted only. */
  readonly maxHeaders: number;
  /** The same in bytes, names and values together. */
  readonly maxHeaderBytes: number;
  /** Recipients of one message that are handed to the filter. */
  readonly maxRecipients: number;
  /** Bytes of the macros of one stage; longer definitions are dropped. */
  readonly maxMacroBytes: number;
  /** The MTA's connections at a time; one more is closed at once. */
  readonly maxConnections: number;
  /** A connection that has said nothing for so long is closed. SMTP clients may rest 300 s at each step. */
  readonly idleTimeoutMs: number;
  /** So long a new connection may take to negotiate. An MTA does it at once. */
  readonly negotiationTimeoutMs: number;
  /** So long one packet may take to arrive as a whole. */
  readonly packetTimeoutMs: number;
  /** So long a callback may take to settle; then the policy answers. */
  readonly handlerTimeoutMs: number;
  /** While a callback runs, the MTA is told so at this interval, so that its own timer starts again. */
  readonly progressIntervalMs: number;
}

/**
 * The idle time is libmilter's own (7,210 s): a message may be on its way to Postfix for hours, and its milter hears
 * nothing meanwhile. Progress comes well within the 10 s that a careful main.cf gives a milter.
 */
export const DEFAULT_LIMITS: Limits = {
  maxPacketBytes: MAX_PACKET_BYTES,
  maxHeaders: 200_000,
  maxHeaderBytes: 33_554_432,
  maxRecipients: 50_000,
  maxMacroBytes: 65_536,
  maxConnections: 16_384,
  idleTimeoutMs: 7_210_000,
  negotiationTimeoutMs: 60_000,
  packetTimeoutMs: 300_000,
  handlerTimeoutMs: 30_000,
  progressIntervalMs: 5_000,
};
