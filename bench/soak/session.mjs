import { ABORT, CONNECT, END, eventsOf, HELO, offer, QUIT } from "./packets.mjs";
import { Peer } from "./peer.mjs";

export const GOOD_SENDER = "<a@example.net>";

const NR_DATA = 0x10000;

/** Over TCP the milter answers DATA; of all else that its filter watches only the end. */
function answersData(flags) {
  return (flags & NR_DATA) === 0;
}

/** Negotiates as Postfix does; resolves to the protocol flags that the milter wants. */
async function negotiate(peer) {
  peer.say(offer());
  const agreed = await peer.answer();
  if (!agreed?.startsWith("O ")) throw new Error(`OPTNEG was answered ${agreed}`);
  return Number(agreed.slice(2));
}

/** A connection for `random` to play in; a stranger does not negotiate. */
export async function openSession(target, random, isStranger = false) {
  const peer = await Peer.open(target);
  return { peer, random, flags: isStranger ? 0 : await negotiate(peer) };
}

/** A whole message from these events; resolves to its final answer. */
export async function playEvents({ peer, flags }, events) {
  peer.say(CONNECT, HELO, ...events, END);
  if (answersData(flags)) await peer.answer();
  return peer.answer();
}

/** Resolves to what was wrong with the answer to a whole message, or to undefined. */
export async function expectAnswer(session, sender, wanted) {
  const answer = await playEvents(session, eventsOf(sender, session.random.below(4_000)));
  return answer === wanted ? undefined : `${sender} was answered ${answer}, not ${wanted}`;
}

export async function quit({ peer }) {
  peer.say(QUIT);
  await peer.closed;
}

/** A good message and its QUIT. */
export async function playGood(session) {
  const problem = await expectAnswer(session, GOOD_SENDER, "c");
  session.peer.say(ABORT, ABORT);
  await quit(session);
  return problem;
}
