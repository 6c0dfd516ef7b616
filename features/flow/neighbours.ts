import { nanosecondsBetween } from "../decode/segment.ts";
import type { CaptureTime } from "../decode/segment.ts";
import { NONE, PAIR_COUNT } from "./flow-cells.ts";
import type { FlowLook } from "./flow-context.ts";
import type { Neighbours } from "./flow-record.ts";
import type { HalfFlow } from "./half-flow.ts";
import { STATE } from "./pair-cells.ts";
import type { PairCells } from "./pair-cells.ts";

export type { Neighbours } from "./flow-record.ts";

/** What a flow is to another flow of the same client. */
export type Standing = keyof Neighbours | undefined;

const SECOND = 1e9;

/** Ages are all below those at which live tables forget, so that a live table and a capture file tell the same. */
export const HALF_OPEN_SECONDS = 60;
export const OPEN_SECONDS = 300;
export const VANISHED_SECONDS = 3_000;
/** How long a client may leave the server's data without an acknowledgment before it counts as gone. */
export const SILENT_SECONDS = 30;

/** Other flows of a client that are looked at for a decision, the newest first. */
export const MAX_NEIGHBOURS = 256;

/**
 * What a flow is at the time `now`, as netstat(8) on the mail server would show it: `lastAck` and `finWait` are states in
 * which the server's FIN waits for its acknowledgment, after the client's FIN and without one (RFC 9293 §3.3.2); `vanished` has no state.
 */
export function standing(look: FlowLook, now: CaptureTime): Standing {
  const { source, destination, pair } = look;
  if (pair.is(STATE.closed)) return undefined;
  const isClientSource = !pair.is(STATE.clientIsDestination);
  const [client, server] = isClientSource ? [source, destination] : [destination, source];
  if (pair.roundTrip === null && client.dataPackets === 0) return halfOpen(pair, now);
  const silence = nanosecondsBetween(pair.last, now) / SECOND;
  const clientSilence = (nanosecondsBetween(pair.started, now) - client.lastAt) / SECOND;
  const hasGone = clientSilence > SILENT_SECONDS && isWaitedFor(client, server);
  if (hasGone) return silence > VANISHED_SECONDS ? undefined : "vanished";
  if (silence > OPEN_SECONDS) return undefined;
  if (server.fins === 0 || server.isFinAcknowledged) return "open";
  return client.fins > 0 ? "lastAck" : "finWait";
}

/** Whether the server sent what the client never acknowledged, and neither has ended its side. */
function isWaitedFor(client: HalfFlow, server: HalfFlow): boolean {
  return client.fins === 0 && server.fins === 0 && server.highest > server.acknowledgedTo;
}

function halfOpen(pair: PairCells, now: CaptureTime): Standing {
  const age = nanosecondsBetween(pair.started, now) / SECOND;
  return pair.is(STATE.knownBySyn) && age <= HALF_OPEN_SECONDS ? "halfOpen" : undefined;
}

/** Visits the other flows of the client of a slot until the visitor has enough. */
export interface NeighbourIndex {
  eachNeighbour(slot: number, visit: (neighbour: number) => boolean): void;
}

/** Counts the other flows of the client of `slot` by what they are now. */
export function countNeighbours(
  index: NeighbourIndex,
  slot: number,
  standingOf: (neighbour: number) => Standing,
): Neighbours {
  const counts = { open: 0, halfOpen: 0, vanished: 0, lastAck: 0, finWait: 0 };
  let looked = 0;
  index.eachNeighbour(slot, (neighbour) => {
    const name = standingOf(neighbour);
    if (name !== undefined) counts[name] += 1;
    looked += 1;
    return looked < MAX_NEIGHBOURS;
  });
  return counts;
}

export function setNeighbours(pair: PairCells, neighbours: Neighbours): void {
  pair.setCount(PAIR_COUNT.openNeighbours, neighbours.open);
  pair.setCount(PAIR_COUNT.halfOpenNeighbours, neighbours.halfOpen);
  pair.setCount(PAIR_COUNT.vanishedNeighbours, neighbours.vanished);
  pair.setCount(PAIR_COUNT.lastAckNeighbours, neighbours.lastAck);
  pair.setCount(PAIR_COUNT.finWaitNeighbours, neighbours.finWait);
}

/** Null where the neighbours were not looked at. */
export function neighboursOf(pair: PairCells): Neighbours | null {
  if (pair.count(PAIR_COUNT.openNeighbours) === NONE) return null;
  return {
    open: pair.count(PAIR_COUNT.openNeighbours),
    halfOpen: pair.count(PAIR_COUNT.halfOpenNeighbours),
    vanished: pair.count(PAIR_COUNT.vanishedNeighbours),
    lastAck: pair.count(PAIR_COUNT.lastAckNeighbours),
    finWait: pair.count(PAIR_COUNT.finWaitNeighbours),
  };
}
