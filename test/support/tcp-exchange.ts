import { decodeSegment } from "../../features/decode/decode-segment.ts";
import type { TcpSegment } from "../../features/decode/segment.ts";
import { decoded } from "./fixture-captures.ts";
import { segment } from "./packet-builder.ts";
import type { SegmentDescription } from "./packet-builder.ts";

export const CLIENT = "192.0.2.7:40000";
export const SERVER = "198.51.100.2:25";

/** The initial sequence numbers of both sides, unless a test wants others. */
export const CLIENT_START = 1_000;
export const SERVER_START = 5_000;

const TICK_SECONDS = 0.01;

/** The described segment, built as a packet and decoded. */
export function tcp(description: SegmentDescription = {}): TcpSegment {
  return decoded(decodeSegment(segment(description)));
}

/** The described segment on its way from the client to the server. */
export function fromClient(description: SegmentDescription = {}): SegmentDescription {
  return { from: CLIENT, to: SERVER, ...description };
}

/** The described segment on its way from the server to the client. */
export function fromServer(description: SegmentDescription = {}): SegmentDescription {
  return { from: SERVER, to: CLIENT, ...description };
}

/** What one side sends in one segment; `fin` and `rst` set the flag of that name. */
export type Turn = readonly [side: "client" | "server", payload: string, flag?: "fin" | "rst"];

export interface ExchangeOptions {
  readonly clientStart?: number;
  readonly serverStart?: number;
  /** Time of the first segment in seconds; each later one comes 10 ms after the one before. */
  readonly time?: number;
  readonly from?: string;
  readonly to?: string;
  /** Data that the client's SYN carries. */
  readonly synPayload?: string;
}

/** A handshake and the turns after it, each in one segment that acknowledges all that came before. */
export function exchange(
  turns: readonly Turn[],
  options: ExchangeOptions = {},
): SegmentDescription[] {
  const { clientStart = CLIENT_START, serverStart = SERVER_START, time = 100 } = options;
  const next = { client: clientStart, server: serverStart };
  const segments: SegmentDescription[] = [];
  const send = (side: "client" | "server", flags: string, payload: string): void => {
    const [from, to] = [options.from ?? CLIENT, options.to ?? SERVER];
    const other = side === "client" ? "server" : "client";
    segments.push({
      ...(side === "client" ? { from, to } : { from: to, to: from }),
      flags,
      payload,
      sequence: next[side] >>> 0,
      acknowledgment: flags.includes("A") ? next[other] >>> 0 : 0,
      time: time + segments.length * TICK_SECONDS,
    });
    next[side] += payload.length + (/[SF]/.test(flags) ? 1 : 0);
  };
  send("client", "S", options.synPayload ?? "");
  send("server", "SA", "");
  send("client", "A", "");
  for (const [side, payload, flag] of turns) {
    const letter = flag === undefined ? "" : flag === "fin" ? "F" : "R";
    send(side, `A${letter}`, payload);
  }
  return segments;
}

/** The element at `index`; a test that is wrong about there being one fails here. */
export function at<T>(list: readonly T[], index: number): T {
  const element = list.at(index);
  if (element === undefined) throw new Error(`nothing at ${index} of ${list.length}`);
  return element;
}
