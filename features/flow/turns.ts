import { NONE, PAIR_REAL } from "./flow-cells.ts";
import type { HalfFlow } from "./half-flow.ts";
import type { Handshake } from "./handshake.ts";
import { STATE } from "./pair-cells.ts";

/**
 * Notes that a side sent new payload. Where the other side had spoken last, this is an answer, and what went by since is the
 * time that this side, and the way to it and back, took: so that the time that our mail server and its filters take does
 * not count against the client.
 */
export function countTurn(pair: Handshake, sender: HalfFlow, at: number, isClient: boolean): void {
  const isAnswer = pair.is(isClient ? STATE.serverSpokeLast : STATE.clientSpokeLast);
  if (isAnswer) sender.countThought(Math.max(0, at - pair.real(PAIR_REAL.lastDataAt)));
  const isGreeting = !isClient && !pair.is(STATE.clientSpoke);
  if (isGreeting) pair.setReal(PAIR_REAL.greetedAt, at);
  pair.setReal(PAIR_REAL.lastDataAt, at);
  pair.set(STATE.clientSpokeLast, isClient);
  pair.set(STATE.serverSpokeLast, !isClient);
  if (isClient) pair.set(STATE.clientSpoke, true);
}

/**
 * Nanoseconds from the end of the handshake to the last of what the server sent before the client first spoke: its greeting,
 * and the wait before it. Null where one of them was not seen.
 */
export function greetWait(pair: Handshake): number | null {
  const { completedAt } = pair;
  const greetedAt = pair.real(PAIR_REAL.greetedAt);
  return completedAt === null || greetedAt === NONE ? null : Math.max(0, greetedAt - completedAt);
}
