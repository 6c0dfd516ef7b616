import type { FlowRecord, Neighbours } from "../flow/flow-record.ts";
import type { Feature } from "./feature.ts";
import { deviation, duration, largestWindow, ratio, roundTrip, seconds } from "./measures.ts";

const OURS = "not reported of mail before";
const OLD = "examples of before it was kept";
const NO_ROUND_TRIP = "neither the handshake nor a round-trip sample was seen, or it is 0";
const NETSTAT = "LISA 2011 talk, slides 11 and 12, as netstat shows them";

/** Further features of a connection as a whole. */
export const CONNECTION_FEATURES: readonly Feature[] = [
  {
    name: "rtt_min",
    unit: "seconds",
    meaning: "The shortest of the round-trip samples that `rtt_variance` is of.",
    absent: `no sample; ${OLD}`,
    source: OURS,
    of: ({ minRttNanoseconds }) => seconds(minRttNanoseconds ?? null),
  },
  {
    name: "rtt_mean",
    unit: "seconds",
    meaning: "The mean of these samples.",
    absent: "no sample",
    source: OURS,
    of: ({ rtt }) => (rtt.count === 0 ? null : seconds(rtt.mean)),
  },
  {
    name: "throughput",
    unit: "bytes per second",
    meaning:
      "`client_unique_bytes` over the duration, from the first segment to the last that counts.",
    absent: "the duration is 0",
    source: "ICSI, throughput",
    of: (record) => ratio(record.clientSide.uniqueBytes, duration(record)),
  },
  {
    name: "packet_ratio",
    unit: "ratio",
    meaning: "`server_packets` over `client_packets`.",
    absent: "the client was silent",
    source: "ICSI, pkts_sunk/pkts_sourced",
    of: ({ clientSide, serverSide }) => ratio(serverSide.packets, clientSide.packets),
  },
  {
    name: "greet_wait",
    unit: "seconds",
    meaning:
      "From the end of the handshake to the last of what the server sent before the client first spoke: the mail server's own wait, such as postscreen's, apart from what is measured of the client.",
    absent: `the handshake was not seen, or the client spoke first; ${OLD}`,
    source: OURS,
    of: ({ greetWaitNanoseconds }) => seconds(greetWaitNanoseconds ?? null),
  },
  {
    name: "client_jitter_over_rtt",
    unit: "ratio",
    meaning:
      "Square root of `client_gap_variance` over the round trip: that of the handshake, else the mean of the samples.",
    absent: `fewer than two segments of the client; ${NO_ROUND_TRIP}`,
    source: OURS,
    of: (record) => ratio(deviation(record.clientSide.gaps), roundTrip(record)),
  },
  {
    name: "client_idle_over_rtt",
    unit: "ratio",
    meaning: "`client_max_idle` over the same round trip.",
    absent: `fewer than two segments of the client; ${NO_ROUND_TRIP}`,
    source: OURS,
    of: (record) => ratio(seconds(record.clientSide.maxGapNanoseconds), roundTrip(record)),
  },
  {
    name: "rtt_deviation_over_rtt",
    unit: "ratio",
    meaning: "Square root of `rtt_variance` over the same round trip.",
    absent: `no sample; ${NO_ROUND_TRIP}`,
    source: OURS,
    of: (record) => ratio(deviation(record.rtt), roundTrip(record)),
  },
  {
    name: "duration_over_rtt",
    unit: "ratio",
    meaning: "The duration over the same round trip.",
    absent: NO_ROUND_TRIP,
    source: OURS,
    of: (record) => ratio(duration(record), roundTrip(record)),
  },
  {
    name: "client_bytes_over_window",
    unit: "ratio",
    meaning:
      "`client_unique_bytes` over the largest window that the server advertised in segments with ACK and without SYN and RST, scaled as `server_min_window`.",
    absent: `no such segment, the scale is not known, or the window was never above 0; ${OLD}`,
    source: OURS,
    of: ({ clientSide, serverSide }) => ratio(clientSide.uniqueBytes, largestWindow(serverSide)),
  },
  neighbourFeature(
    "open",
    "open_neighbours",
    "whose handshake was completed and which is not closed",
  ),
  neighbourFeature(
    "halfOpen",
    "half_open_neighbours",
    "that began within the last 60 seconds and whose handshake was not completed",
  ),
  neighbourFeature(
    "vanished",
    "vanished_neighbours",
    "without FIN and RST whose client has been silent for more than 30 seconds and left something of the server unacknowledged",
  ),
  neighbourFeature(
    "lastAck",
    "last_ack_neighbours",
    "both sides of which sent a FIN and of which the server's is not acknowledged: LAST_ACK",
  ),
  neighbourFeature(
    "finWait",
    "fin_wait_neighbours",
    "of which only the server sent a FIN and it is not acknowledged: FIN_WAIT1",
  ),
];

/** One of what the other flows of the client's address are at the cut. */
function neighbourFeature(kind: keyof Neighbours, name: string, which: string): Feature {
  return {
    name,
    unit: "count",
    meaning: `Other flows of the same client address, ${which}, at the client's last new payload before the cut. Of the newest 256; one that was silent longer than 300 seconds (a vanished one 3,000) is none.`,
    absent: `the cut is not that of a message; ${OLD}`,
    source: NETSTAT,
    of: ({ neighbours }: FlowRecord) => neighbours?.[kind] ?? null,
  };
}
