/** Peers that go away, in every state and also while a callback runs. */
import { setImmediate as turn } from "node:timers/promises";

import { describe, expect, it, vi } from "vitest";

import type { DecisionPoint } from "../../../milter/decision-reply.ts";
import { type Log, recorder } from "../support/filters.ts";
import {
  END,
  EVENTS_IN_ORDER,
  expectGoodTransaction,
  type Leave,
  MAIL,
  OFFER_WITHOUT_FLAGS,
  packet,
  RawPeer,
} from "../support/raw-peer.ts";
import { serve, type Served } from "../support/served.ts";
import { waitingAt } from "../support/waiting.ts";

/** A unix socket has no reset: there `destroy` is all. */
const LEAVES: readonly (readonly [transport: "tcp" | "unix", how: Leave])[] = [
  ["tcp", "end"],
  ["tcp", "destroy"],
  ["tcp", "reset"],
  ["unix", "end"],
  ["unix", "destroy"],
];

async function allClosed({ server }: Served): Promise<void> {
  await vi.waitUntil(() => server.counters.openConnections === 0, { interval: 1 });
}

function count(log: Log, start: string): number {
  return log.filter((line) => line.startsWith(start)).length;
}

/** What may be told of a peer that goes: that it went amid a message, and nothing of us. */
function expectNoFaultOfOurs({ reports }: Served): void {
  expect(reports.filter(({ kind }) => kind !== "connection-lost")).toEqual([]);
}

const STATES = [...EVENTS_IN_ORDER.map(([name]) => name), "endOfMessage"];
const PACKETS = [...EVENTS_IN_ORDER.map(([, bytes]) => bytes), END];
const FIRST_OF_MESSAGE = STATES.indexOf("mail");

describe.each(LEAVES)("scenario 8: a peer over %s that leaves by %s", (transport, how) => {
  it.each([0, OFFER_WITHOUT_FLAGS.length - 1])(
    "before it has negotiated (%i bytes)",
    async (bytes) => {
      const log: Log = [];
      const served = await serve(recorder(log), transport);
      const peer = await RawPeer.open(served);
      peer.say(OFFER_WITHOUT_FLAGS.subarray(0, bytes));
      await peer.leave(how);
      await allClosed(served);
      expect(log).toEqual([]);
      await expectGoodTransaction(served);
    },
  );

  it.each(["", "\0\0\0\x20Labc"])("after any event, and then %j", async (rest) => {
    const log: Log = [];
    const served = await serve(recorder(log), transport);
    for (let events = 0; events <= PACKETS.length; events += 1) {
      const peer = await RawPeer.negotiated(served, OFFER_WITHOUT_FLAGS);
      peer.say(...PACKETS.slice(0, events));
      await peer.replies(events);
      peer.say(Buffer.from(rest, "latin1"));
      await peer.leave(how);
      await allClosed(served);
      const isInMessage = events > FIRST_OF_MESSAGE && events < PACKETS.length;
      const calls = ["open", "abort", "close"].map((call) => count(log, call));
      expect(calls).toEqual(events === 0 ? [0, 0, 0] : [1, isInMessage ? 1 : 0, 1]);
      log.splice(0);
    }
    expectNoFaultOfOurs(served);
    await expectGoodTransaction(served);
  });

  const points: readonly DecisionPoint[] = [...STATES, "unknown"] as DecisionPoint[];
  const behind = [
    ["nothing behind it", Buffer.alloc(0)],
    ["more behind it", Buffer.concat([MAIL, END])],
  ] as const;

  it.each(points.flatMap((point) => behind.map(([name, more]) => ({ point, name, more }))))(
    "while its $point is decided, with $name",
    async ({ point, more }) => {
      const log: Log = [];
      const { filter, asked, answer } = waitingAt(point, log);
      const served = await serve(filter, transport);
      const peer = await RawPeer.negotiated(served, OFFER_WITHOUT_FLAGS);
      const events = point === "unknown" ? 2 : STATES.indexOf(point) + 1;
      peer.say(...PACKETS.slice(0, events), point === "unknown" ? packet("U", "FROB\0") : more);
      await asked;
      const gone = peer.leave(how);
      // With bytes unread the server does not look at the socket before its answer is out.
      if (more.length > 0) answer({ kind: "reject" });
      await gone;
      await allClosed(served);
      const calls = [...log];
      answer({ kind: "reject" });
      await turn();
      expect(log).toEqual(calls);
      expect(count(log, "close")).toBe(count(log, "open"));
      const isInMessage = point !== "unknown" && events > FIRST_OF_MESSAGE;
      if (more.length === 0) expect(count(log, "abort")).toBe(isInMessage ? 1 : 0);
      expectNoFaultOfOurs(served);
      await expectGoodTransaction(served);
    },
  );
});
