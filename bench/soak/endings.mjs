import { ABORT, CONNECT, END, eventsOf, HELO, packet } from "./packets.mjs";
import { expectAnswer, GOOD_SENDER, playGood, quit } from "./session.mjs";

/** The first few events of a message, any number of them, with no wait for replies. */
function begin({ peer, random }) {
  const events = [CONNECT, HELO, ...eventsOf(GOOD_SENDER, random.below(70_000)), END];
  peer.say(...events.slice(0, random.below(events.length + 1)));
}

function leaving(how, ...parts) {
  return async (session) => {
    begin(session);
    for (const part of parts) session.peer.say(part(session));
    session.peer.leave(how);
    await session.peer.closed;
  };
}

function half({ random }) {
  const bytes = packet("L", "X-Half\0never whole\0");
  return bytes.subarray(0, 1 + random.below(bytes.length - 1));
}

function garbage({ random }) {
  return random.bytes(1 + random.below(200));
}

/** A whole message whose filter misbehaves; the peer stays, and the connection serves a good one after it. */
function failing(sender) {
  return async (session) => {
    const problem = await expectAnswer(session, sender, "t");
    session.peer.say(ABORT);
    const next = await expectAnswer(session, GOOD_SENDER, "c");
    await quit(session);
    return problem ?? next;
  };
}

/** The peer goes while the filter is at work. */
function goingDuring(sender, how) {
  return async ({ peer }) => {
    peer.say(CONNECT, ...eventsOf(sender, 100), END);
    if (how === "reset") await new Promise((resolve) => setTimeout(resolve, 2));
    peer.leave(how);
    await peer.closed;
  };
}

async function goodInOneConnection(session) {
  for (let message = 0; message < 4; message += 1) {
    const problem = await expectAnswer(session, GOOD_SENDER, "c");
    session.peer.say(ABORT);
    if (problem !== undefined) return problem;
  }
  return quit(session);
}

/** Only DATA and the end are answered, so that an ABORT may follow the rest at once. */
async function abortedThenGood(session) {
  const { peer, random } = session;
  const [, , , ...content] = eventsOf(GOOD_SENDER, 100);
  peer.say(CONNECT, ...content.slice(0, random.below(content.length)), ABORT);
  return playGood(session);
}

async function silent(session) {
  session.peer.say(...eventsOf(GOOD_SENDER, 100).slice(0, 3), half(session));
  await session.peer.closed;
}

function stranger(how, ...parts) {
  return async (session) => {
    for (const part of parts) session.peer.say(part(session));
    session.peer.leave(how);
    await session.peer.closed;
  };
}

const SLOW = "<slow@example.net>";
const NEVER = "<never@example.net>";

/**
 * How a connection goes and ends: how often (`weight`), how many transactions it counts for, and `play`, which
 * resolves to what was wrong, where something was. A stranger does not negotiate.
 */
export const ENDINGS = [
  { name: "good message, QUIT", weight: 1_500, transactions: 1, play: playGood },
  { name: "four good messages", weight: 500, transactions: 4, play: goodInOneConnection },
  { name: "ABORT, then a good message", weight: 500, transactions: 2, play: abortedThenGood },
  { name: "FIN in any state", weight: 500, transactions: 1, play: leaving("fin") },
  { name: "RST in any state", weight: 500, transactions: 1, play: leaving("reset") },
  { name: "half a packet, FIN", weight: 250, transactions: 1, play: leaving("fin", half) },
  { name: "half a packet, RST", weight: 250, transactions: 1, play: leaving("reset", half) },
  { name: "garbage, FIN", weight: 200, transactions: 1, play: leaving("fin", garbage) },
  { name: "garbage, RST", weight: 150, transactions: 1, play: leaving("reset", garbage) },
  { name: "filter throws", weight: 150, transactions: 2, play: failing("<throw@example.net>") },
  { name: "filter rejects", weight: 150, transactions: 2, play: failing("<fail@example.net>") },
  { name: "filter never settles", weight: 5, transactions: 2, play: failing(NEVER) },
  { name: "FIN at a slow filter", weight: 100, transactions: 1, play: goingDuring(SLOW, "fin") },
  { name: "RST at a slow filter", weight: 100, transactions: 1, play: goingDuring(SLOW, "reset") },
  { name: "FIN at a hanging filter", weight: 50, transactions: 1, play: goingDuring(NEVER, "fin") },
  {
    name: "RST at a hanging filter",
    weight: 50,
    transactions: 1,
    play: goingDuring(NEVER, "reset"),
  },
  { name: "silence", weight: 1, transactions: 1, play: silent },
  { name: "connect, FIN", weight: 50, transactions: 1, isStranger: true, play: stranger("fin") },
  { name: "connect, RST", weight: 50, transactions: 1, isStranger: true, play: stranger("reset") },
  {
    name: "garbage first",
    weight: 50,
    transactions: 1,
    isStranger: true,
    play: stranger("fin", garbage),
  },
];
