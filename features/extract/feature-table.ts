import { CONNECTION_FEATURES } from "./connection-features.ts";
import type { Feature } from "./feature.ts";
import { seconds, smallestWindow, variance } from "./measures.ts";
import { NEVER, ofClient, ofServer } from "./side-feature.ts";
import type { SideFeature } from "./side-feature.ts";
import { SEGMENTATION_FEATURES, STREAM_FEATURES, SYN_FEATURES } from "./stream-features.ts";

const TALK = "LISA 2011 talk, slide 4";

/** Measured on each side of the connection alike, so that each row stands for two features. */
const SIDE_FEATURES: readonly SideFeature[] = [
  {
    name: "packets",
    unit: "count",
    meaning: "TCP segments seen from that side, repeats included.",
    absent: NEVER,
    source: "ICSI mail data of 2009, as a ratio of the two sides",
    of: (side) => side.packets,
  },
  {
    name: "retransmissions",
    unit: "count",
    meaning:
      "Segments that occupy at least one sequence number already seen from that side; SYN and FIN take one number each. Segments sent while the other side's last window was 0 are zero-window probes and do not count. Approximate for a side far from the capture point, because a segment lost before it was never seen.",
    absent: NEVER,
    source: `${TALK}, as duplicates; ICSI, rxmt_sourced and rxmt_sunk`,
    of: (side) => side.retransmissions,
  },
  {
    name: "out_of_order",
    unit: "count",
    meaning:
      "Segments, zero-window probes excepted, that occupy only unseen sequence numbers and end below the highest one seen from that side: overtaken on the way, or lost before the capture point and sent again.",
    absent: NEVER,
    source: TALK,
    of: (side) => side.outOfOrder,
  },
  {
    name: "resets",
    unit: "count",
    meaning: "Segments with RST.",
    absent: NEVER,
    source: `${TALK}; ICSI, rsts_sourced and rsts_sunk`,
    of: (side) => side.resets,
  },
  {
    name: "fins",
    unit: "count",
    meaning: "Segments with FIN; a repeated one counts again.",
    absent: NEVER,
    source: `${TALK}; ICSI, fins_sourced and fins_sunk`,
    of: (side) => side.fins,
  },
  {
    name: "zero_windows",
    unit: "count",
    meaning: "Segments without SYN, FIN and RST that advertise a window of 0.",
    absent: NEVER,
    source: `${TALK}, as receive window`,
    of: (side) => side.zeroWindows,
  },
  {
    name: "min_window",
    unit: "bytes",
    meaning:
      "The smallest window advertised in segments with ACK and without SYN and RST, scaled as both SYNs agreed (RFC 7323; a shift above 14 counts as 14).",
    absent:
      "no such segment, or the scale is not known: the options of a SYN were cut off by the capture, or a SYN was not captured and the other one does not lack the option",
    source: `${TALK}, as receive window`,
    of: smallestWindow,
  },
  {
    name: "max_idle",
    unit: "seconds",
    meaning:
      "The longest time between two successive segments of that side. Where the clock ran backwards the gap counts as 0.",
    absent: "fewer than two segments of that side",
    source: `${TALK}; ICSI, idle (the client's alone)`,
    of: (side) => seconds(side.maxGapNanoseconds),
  },
  {
    name: "gap_variance",
    unit: "seconds²",
    meaning:
      "Population variance of the times between successive segments of that side: jitter. 0 where there is one gap.",
    absent: "fewer than two segments of that side",
    source: `${TALK}, as packet jitter; ICSI, jvar (the client's alone)`,
    of: (side) => variance(side.gaps),
  },
];

/** Measured on the two sides together. */
const PAIR_FEATURES: readonly Feature[] = [
  {
    name: "handshake_rtt",
    unit: "seconds",
    meaning:
      "From the server's last SYN-ACK before it to the ACK that completes the handshake: the client's first segment with ACK, without SYN and RST, that acknowledges beyond the server's initial sequence number.",
    absent: "the SYN-ACK or that ACK was not seen",
    source: `${TALK}; ICSI, 3whs (which begins at the client's SYN instead)`,
    of: (record) => seconds(record.handshakeRttNanoseconds),
  },
  {
    name: "rtt_variance",
    unit: "seconds²",
    meaning:
      "Population variance of the round-trip samples from the server's segments, SYN-ACK and FIN too, to the client's acknowledgments, by Karn's rule: the ACK ends where a segment ends that was sent once, and nothing that it covers was sent later. 0 where there is one sample.",
    absent: "no sample",
    source: "ICSI, rttv",
    of: (record) => variance(record.rtt),
  },
];

/** The twenty of the papers' families. */
export const PAPER_FEATURES: readonly Feature[] = [
  ...SIDE_FEATURES.map(ofClient),
  ...SIDE_FEATURES.map(ofServer),
  ...PAIR_FEATURES,
];

/** All features, in the order in which they are printed. Names and units never change: models know them by name. */
export const FEATURES: readonly Feature[] = [
  ...PAPER_FEATURES,
  ...STREAM_FEATURES.map(ofClient),
  ...STREAM_FEATURES.map(ofServer),
  ...SEGMENTATION_FEATURES.map(ofClient),
  ...SYN_FEATURES.map(ofClient),
  ...CONNECTION_FEATURES,
];
