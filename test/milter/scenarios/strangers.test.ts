/** Peers that are no MTA, or none that can count: lengths, negotiations and commands that should not be. */
import { connect as connectTls } from "node:tls";

import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";

import { COMMAND } from "../../../milter/wire/codes.ts";
import { type Log, recorder } from "../support/filters.ts";
import {
  CONNECT,
  END,
  expectGoodTransaction,
  header,
  MAIL,
  OFFER,
  packet,
  QUIT,
  RawPeer,
} from "../support/raw-peer.ts";
import { serve } from "../support/served.ts";

const TRANSPORTS = ["tcp", "unix"] as const;
const NOTHING = Buffer.alloc(0);

const LENGTHS: readonly (readonly [name: string, bytes: Buffer, violation: string])[] = [
  ["0", Buffer.alloc(4), "packet-empty"],
  ["2^32 - 1", Buffer.from("\xff\xff\xff\xffB", "latin1"), "packet-too-long"],
  ["2^31 - 1", Buffer.from("\x7f\xff\xff\xffB", "latin1"), "packet-too-long"],
  ["64 MiB", Buffer.concat([Buffer.from("\x04\0\0\0B"), Buffer.alloc(1_000)]), "packet-too-long"],
];

describe.each(TRANSPORTS)("scenario 1: lengths that cannot be, over %s", (transport) => {
  it.each(LENGTHS)("closes at once on %s", async (_, bytes, violation) => {
    const served = await serve(recorder([]), transport);
    for (const before of [NOTHING, OFFER, Buffer.concat([OFFER, MAIL])]) {
      const peer = await RawPeer.open(served);
      peer.say(before, bytes);
      expect(await peer.toEnd()).toHaveLength(before.length > 0 ? 1 : 0);
    }
    expect(served.server.counters.reports["protocol-violation"]).toBe(3);
    expect(served.reports).toMatchObject([{ violation }]);
    await expectGoodTransaction(served);
  });

  it("reserves nothing for bytes that were only announced", async () => {
    const served = await serve(recorder([]), transport);
    const before = process.memoryUsage().arrayBuffers;
    const announced = Buffer.from("\0\x10\0\0Bx");
    const peers = await Promise.all(Array.from({ length: 100 }, () => RawPeer.negotiated(served)));
    for (const peer of peers) peer.say(announced);
    await expectGoodTransaction(served);
    const grown = process.memoryUsage().arrayBuffers - before;
    // 100 × 1 MiB were announced. Each connection may hold one read of the socket and one first reserve of 64 KiB.
    expect(grown).toBeLessThan(100 * 2 * 65_536 + 4_000_000);
    await Promise.all(peers.map((peer) => peer.leave("destroy")));
  });
});

const RANDOM_BYTES = fc.uint8Array({ minLength: 1, maxLength: 2_000 });

function offer(...numbers: readonly number[]): Buffer {
  const payload = Buffer.alloc(numbers.length * 4);
  for (const [index, number] of numbers.entries()) payload.writeUInt32BE(number, index * 4);
  return packet("O", payload.toString("latin1"));
}

describe.each(TRANSPORTS)("scenario 2: peers that begin badly, over %s", (transport) => {
  it("takes no notice of a port monitor", async () => {
    const served = await serve(recorder([]), transport);
    for (const how of ["end", "destroy", "reset"] as const) {
      const peers = await Promise.all(Array.from({ length: 20 }, () => RawPeer.open(served)));
      await Promise.all(peers.map((peer) => peer.leave(how)));
    }
    await vi.waitUntil(() => served.server.counters.openConnections === 0);
    expect(served.reports).toEqual([]);
    await expectGoodTransaction(served);
  });

  it.each([
    ["HTTP", Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), "packet-too-long"],
    ["SMTP", Buffer.from("EHLO client.example.net\r\n"), "packet-too-long"],
    ["a CONNECT", CONNECT, "not-negotiated"],
    ["an ABORT", packet("A"), "not-negotiated"],
    ["two negotiations", Buffer.concat([OFFER, OFFER]), "negotiated-twice"],
  ])("closes where %s comes first", async (_, bytes, violation) => {
    const served = await serve(recorder([]), transport);
    const peer = await RawPeer.open(served);
    peer.say(bytes);
    await peer.closed;
    expect(served.reports).toMatchObject([{ kind: "protocol-violation", violation }]);
    await expectGoodTransaction(served);
  });

  it("survives random bytes, before and after the negotiation", async () => {
    const served = await serve(recorder([]), transport);
    await fc.assert(
      fc.asyncProperty(RANDOM_BYTES, fc.boolean(), async (bytes, hasNegotiated) => {
        const peer = hasNegotiated ? await RawPeer.negotiated(served) : await RawPeer.open(served);
        peer.say(Buffer.from(bytes));
        await peer.leave("end");
        await expectGoodTransaction(served);
      }),
      { numRuns: 30 },
    );
    expect(served.server.counters.reports["handler-error"]).toBe(0);
  });

  it.each([
    [offer(), "payload-too-short"],
    [offer(6), "payload-too-short"],
    [offer(6, 0x1ff), "payload-too-short"],
    [offer(0, 0, 0), "bad-negotiation"],
    [offer(1, 0xf, 0x3f), "bad-negotiation"],
  ])("closes on the negotiation %o", async (bytes, violation) => {
    const served = await serve(recorder([]), transport);
    const peer = await RawPeer.open(served);
    peer.say(bytes);
    expect(await peer.toEnd()).toEqual([]);
    expect(served.reports).toMatchObject([{ kind: "protocol-violation", violation }]);
    await expectGoodTransaction(served);
  });

  it.each([
    [2, offer(2, 0x3f, 0x7f)],
    [3, offer(3, 0x3f, 0x1ff)],
    [4, offer(4, 0x3f, 0x3ff)],
    [5, offer(5, 0x3f, 0x3ff)],
    [6, offer(6, 0x1ff, 0x1fffff)],
    [6, offer(6, 0x1ff, 0x1fffff, 0)],
    [6, offer(6, 0x1ff, 0x301fffff)],
    [6, offer(7, 0x1ff, 0x1fffff)],
    [6, offer(0xffffffff, 0xffffffff, 0xffffffff)],
  ])("answers version %i and no flag that was not offered to %o", async (version, bytes) => {
    const served = await serve(recorder([]), transport);
    const peer = await RawPeer.open(served);
    peer.say(bytes);
    const [line = ""] = await peer.replies(1);
    const [, agreed, actions, protocol] = line.split(" ").map((word) => parseInt(word, 16));
    expect(agreed).toBe(version);
    expect((actions ?? 0) & ~bytes.readUInt32BE(9)).toBe(0);
    expect((protocol ?? 0) & ~bytes.readUInt32BE(13)).toBe(0);
    peer.say(MAIL, END);
    expect((await peer.replies((protocol ?? 0) & 0x4000 ? 1 : 2)).at(-1)).toBe("CONTINUE");
    await peer.leave("end");
    await expectGoodTransaction(served);
  });
});

it("scenario 2: a TLS client hello is closed at once", async () => {
  const served = await serve(recorder([]), "tcp");
  if (served.target.kind !== "tcp") throw new Error("no TCP port");
  const tls = connectTls({ host: served.target.host, port: served.target.port });
  const failed = new Promise<Error>((resolve) => tls.once("error", resolve));
  expect(await failed).toBeInstanceOf(Error);
  expect(served.reports).toMatchObject([{ violation: "packet-too-long" }]);
  await expectGoodTransaction(served);
});

describe("scenario 3: unknown commands", () => {
  const known: ReadonlySet<number> = new Set(Object.values(COMMAND));
  const unknown = Array.from({ length: 256 }, (_, code) => code).filter((code) => !known.has(code));

  it("close the connection, every one of them, and what came before is answered", async () => {
    const log: Log = [];
    const served = await serve(recorder(log), "unix");
    for (const code of unknown) {
      const peer = await RawPeer.open(served);
      const payload = Buffer.alloc(code % 7, code).toString("latin1");
      peer.say(OFFER, MAIL, END, MAIL, packet(String.fromCharCode(code), payload));
      expect(await peer.toEnd()).toEqual(["OPTNEG 6 0 ff480", "CONTINUE"]);
    }
    expect(served.server.counters.reports["protocol-violation"]).toBe(unknown.length);
    expect(served.reports).toMatchObject([{ violation: "unknown-command" }]);
    const count = (start: string) => log.filter((line) => line.startsWith(start)).length;
    expect([count("abort"), count("close")]).toEqual([unknown.length, unknown.length]);
    await expectGoodTransaction(served);
  });

  it("are not looked for behind a QUIT", async () => {
    const served = await serve(recorder([]), "tcp");
    const peer = await RawPeer.open(served);
    peer.say(OFFER, MAIL, header("Subject", "test"), QUIT, packet("Z"));
    expect(await peer.toEnd()).toHaveLength(1);
    expect(served.reports).toEqual([]);
    await expectGoodTransaction(served);
  });
});
