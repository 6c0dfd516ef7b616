/** Peers that take their time, with the clock in the test's hand and real sockets. */
import { setImmediate as turn } from "node:timers/promises";

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { DEFAULT_LIMITS } from "../../../milter/limits.ts";
import { recorder } from "../support/filters.ts";
import { END, expectGoodTransaction, header, MAIL, OFFER, RawPeer } from "../support/raw-peer.ts";
import { serve, type Served } from "../support/served.ts";

const SECOND = 1_000;
const { packetTimeoutMs, negotiationTimeoutMs, idleTimeoutMs } = DEFAULT_LIMITS;

/** Lets the server take in what was said: a few turns of its own event loop, which is ours too. */
async function settled(): Promise<void> {
  for (let turns = 0; turns < 10; turns += 1) await turn();
}

/** Says one byte every half minute, until it is cut off or all is said; resolves to the seconds that it took. */
async function drip(peer: RawPeer, bytes: Buffer): Promise<number> {
  let seconds = 0;
  for (const byte of bytes) {
    if (peer.isClosed) break;
    peer.say(Buffer.from([byte]));
    await settled();
    vi.advanceTimersByTime(30 * SECOND);
    await settled();
    seconds += 30;
  }
  return seconds;
}

function timeouts({ server }: Served): number {
  return server.counters.reports["connection-timeout"];
}

describe.each(["tcp", "unix"] as const)("scenario 9: a slow sender over %s", (transport) => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is cut off in the middle of a packet, though bytes keep coming", async () => {
    const served = await serve(recorder([]), transport);
    const peer = await RawPeer.negotiated(served);
    peer.say(MAIL);
    const seconds = await drip(peer, header("Subject", "a long one, a byte at a time"));
    expect(seconds).toBe(packetTimeoutMs / SECOND);
    expect(served.reports).toMatchObject([{ kind: "connection-timeout", phase: "packet" }]);
    await expectGoodTransaction(served);
  });

  it("is cut off in the middle of its negotiation", async () => {
    const served = await serve(recorder([]), transport);
    const peer = await RawPeer.open(served);
    expect(await drip(peer, OFFER)).toBe(negotiationTimeoutMs / SECOND);
    expect(served.reports).toMatchObject([{ kind: "connection-timeout", phase: "negotiation" }]);
    await expectGoodTransaction(served);
  });

  it("is cut off after half a packet and silence", async () => {
    const served = await serve(recorder([]), transport);
    const peer = await RawPeer.negotiated(served);
    peer.say(MAIL, header("Subject", "half").subarray(0, 8));
    await settled();
    vi.advanceTimersByTime(packetTimeoutMs - 1);
    await settled();
    expect([peer.isClosed, timeouts(served)]).toEqual([false, 0]);
    vi.advanceTimersByTime(1);
    await peer.closed;
    expect(timeouts(served)).toBe(1);
    await expectGoodTransaction(served);
  });

  it("may rest between packets as long as SMTP clients may, within a message too", async () => {
    const served = await serve(recorder([]), transport);
    const peer = await RawPeer.negotiated(served);
    for (const bytes of [MAIL, header("Subject", "late"), END]) {
      vi.advanceTimersByTime(idleTimeoutMs - SECOND);
      await settled();
      expect(peer.isClosed).toBe(false);
      peer.say(bytes);
      await settled();
    }
    expect(await peer.replies(1)).toEqual(["CONTINUE"]);
    expect(idleTimeoutMs).toBeGreaterThan(300 * SECOND);
    vi.advanceTimersByTime(idleTimeoutMs);
    await peer.closed;
    expect(served.reports).toMatchObject([{ kind: "connection-timeout", phase: "idle" }]);
    await expectGoodTransaction(served);
  });

  it("does no harm by the hundred, and the bound on connections holds", async () => {
    const served = await serve(recorder([]), transport, { limits: { maxConnections: 301 } });
    const idle = await Promise.all(Array.from({ length: 300 }, () => RawPeer.negotiated(served)));
    for (const peer of idle.slice(0, 150)) peer.say(MAIL, Buffer.from("\0\0\0\x20Labc"));
    await expectGoodTransaction(served);
    await settled();
    const last = await RawPeer.negotiated(served);
    await (
      await RawPeer.open(served)
    ).closed;
    expect(served.reports).toEqual([{ kind: "connection-refused", open: 301 }]);
    vi.advanceTimersByTime(packetTimeoutMs);
    await Promise.all(idle.slice(0, 150).map((peer) => peer.closed));
    await settled();
    expect(served.server.counters.openConnections).toBe(151);
    await last.leave("end");
    await settled();
    await expectGoodTransaction(served);
    await Promise.all(idle.slice(150).map((peer) => peer.leave("destroy")));
  });
});
