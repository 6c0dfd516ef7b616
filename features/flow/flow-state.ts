import { epochSeconds } from "../decode/segment.ts";
import { PAIR_COUNT } from "./flow-cells.ts";
import type { FlowLook } from "./flow-context.ts";
import type { FlowKey } from "./flow-key.ts";
import type { FlowRecord } from "./flow-record.ts";
import { neighboursOf } from "./neighbours.ts";
import { STATE } from "./pair-cells.ts";
import { greetWait } from "./turns.ts";

/** What the numbers of a flow say, as a record. */
export function recordOf(look: FlowLook, key: FlowKey, complete: boolean): FlowRecord {
  const { source, destination, pair } = look;
  const isClientSource = !pair.is(STATE.clientIsDestination);
  const [client, server] = isClientSource ? [source, destination] : [destination, source];
  const [from, to] = isClientSource ? [key.source, key.destination] : [key.destination, key.source];
  const fullPayload = pair.count(PAIR_COUNT.fullPayload);
  return {
    client: from.endpoint(),
    server: to.endpoint(),
    started: epochSeconds(pair.started),
    ended: epochSeconds(pair.last),
    complete,
    handshakeRttNanoseconds: pair.roundTrip,
    rtt: server.roundTripMoments(),
    clientSide: client.record(server),
    serverSide: server.record(client),
    minRttNanoseconds: server.minRoundTrip,
    fullPayloadBytes: fullPayload === 0 ? null : fullPayload,
    greetWaitNanoseconds: greetWait(pair),
    neighbours: neighboursOf(pair),
  };
}
