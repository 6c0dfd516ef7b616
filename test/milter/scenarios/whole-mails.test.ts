/** Large, empty and odd mails: what the MTA sent is what the filter sees. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { HeaderField } from "../../../milter/applied-edits.ts";
import type { MilterClient } from "../../../milter/client.ts";
import type { Filter } from "../../../milter/filter.ts";
import { MAX_PACKET_BYTES } from "../../../milter/wire/packet-splitter.ts";
import { recorder } from "../support/filters.ts";
import {
  END,
  expectGoodTransaction,
  GOOD_MESSAGE,
  header,
  MAIL,
  OFFER,
  packet,
  RawPeer,
} from "../support/raw-peer.ts";
import { serve } from "../support/served.ts";

interface SeenMail {
  readonly headers: HeaderField[];
  readonly chunks: Buffer[];
}

/** Keeps every header, its value byte by byte as latin1, and the whole body of the last message. */
function keeper(): { readonly filter: Filter<SeenMail>; readonly last: () => SeenMail } {
  let last: SeenMail = { headers: [], chunks: [] };
  const filter: Filter<SeenMail> = {
    open: () => ({ headers: [], chunks: [] }),
    observe: {
      mail: (seen) => {
        seen.headers.length = 0;
        seen.chunks.length = 0;
      },
      header: (seen, { name, rawValue }) => {
        seen.headers.push([name, Buffer.from(rawValue).toString("latin1")]);
      },
      body: (seen, { chunk }) => void seen.chunks.push(Buffer.from(chunk)),
    },
    endOfMessage: (seen) => {
      last = { headers: [...seen.headers], chunks: [...seen.chunks] };
      return { decision: { kind: "continue" } };
    },
  };
  return { filter, last: () => last };
}

/** Plays a mail whose header values are given as latin1, a character per byte. */
async function play(mta: MilterClient, headers: readonly HeaderField[], body: Buffer) {
  await mta.send({ kind: "mail", sender: "<a@example.net>", arguments: [] });
  for (const [name, value] of headers) {
    await mta.send({ kind: "header", name, value, rawValue: Buffer.from(value, "latin1") });
  }
  await mta.send({ kind: "endOfHeaders" });
  for (let at = 0; at < body.length; at += 65_535) {
    await mta.send({ kind: "body", chunk: body.subarray(at, at + 65_535) });
  }
  return mta.endOfMessage();
}

const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const EVERY_BYTE_BUT_NUL = EVERY_BYTE.subarray(1).toString("latin1");

const MAILS: readonly (readonly [name: string, headers: readonly HeaderField[], body: Buffer])[] = [
  ["nothing at all", [], Buffer.alloc(0)],
  ["no headers", [], Buffer.from("hello\r\n")],
  ["an empty body", [["Subject", "test"]], Buffer.alloc(0)],
  [
    "an empty value and an empty name",
    [
      ["Subject", ""],
      ["", "value"],
    ],
    Buffer.alloc(0),
  ],
  ["a folded value", [["Subject", "a\n\tb\n c"]], Buffer.alloc(0)],
  [
    "names in any case, and twice",
    [
      ["subject", "1"],
      ["SUBJECT", "2"],
    ],
    Buffer.alloc(0),
  ],
  ["8-bit names and values", [["X-\xfc", EVERY_BYTE_BUT_NUL]], Buffer.alloc(0)],
  ["every byte in the body", [], Buffer.concat(Array.from({ length: 600 }, () => EVERY_BYTE))],
  ["5,000 headers", Array.from({ length: 5_000 }, (_, n) => [`X-${n}`, `v${n}`]), Buffer.alloc(0)],
  ["a header of 100 KB", [["X-Large", "v".repeat(102_400)]], Buffer.alloc(0)],
  ["a header of 1 MB", [["X-Large", "v".repeat(1_000_000)]], Buffer.alloc(0)],
  ["a body of 1 MB", [], Buffer.alloc(1_000_000, "0123456789abcdef\r\n")],
];

describe.each(["tcp", "unix"] as const)("scenario 10: a mail over %s", (transport) => {
  it.each(MAILS)("with %s is seen as it was sent", async (_, headers, body) => {
    const { filter, last } = keeper();
    const served = await serve(filter, transport);
    const mta = await served.client();
    const { reply } = await play(mta, headers, body);
    await mta.quit();
    expect(reply).toEqual({ kind: "continue" });
    expect(last().headers).toEqual(headers);
    expect(Buffer.concat(last().chunks).equals(body)).toBe(true);
    await expectGoodTransaction(served);
  });

  it("of any bytes is seen as it was sent", async () => {
    const { filter, last } = keeper();
    const served = await serve(filter, transport);
    const text = fc
      .uint8Array({ maxLength: 80 })
      .map((bytes) => Buffer.from(bytes).toString("latin1").replaceAll("\0", ""));
    const fields = fc.array(fc.tuple(text, text), { maxLength: 30 });
    const bodies = fc
      .tuple(fc.nat({ max: 300_000 }), fc.uint8Array({ minLength: 1, maxLength: 50 }))
      .map(([length, pattern]) => Buffer.alloc(length, pattern));
    const mta = await served.client();
    await fc.assert(
      fc.asyncProperty(fields, bodies, async (headers, body) => {
        await play(mta, headers, body);
        expect(last().headers).toEqual(headers);
        expect(Buffer.concat(last().chunks).equals(body)).toBe(true);
      }),
      { numRuns: 30 },
    );
    await mta.quit();
  });
});

describe("scenario 10: a header", () => {
  it("ends at its first NUL, as with libmilter", async () => {
    const { filter, last } = keeper();
    const served = await serve(filter, "unix");
    const peer = await RawPeer.negotiated(served);
    peer.say(MAIL);
    for (const payload of ["a\0b\0c\0", "Name\0", "Name", "", "a\0b"])
      peer.say(packet("L", payload));
    peer.say(END);
    expect(await peer.replies(1)).toEqual(["CONTINUE"]);
    expect(last().headers).toEqual([
      ["a", "b"],
      ["Name", ""],
      ["Name", ""],
      ["", ""],
      ["a", "b"],
    ]);
    await peer.leave("end");
    await expectGoodTransaction(served);
  });

  it("beyond the bound on packets closes the connection, and that of one byte less does not", async () => {
    const served = await serve(recorder([]), "unix");
    const overhead = header("X", "").length - 4;
    const longest = header("X", "v".repeat(MAX_PACKET_BYTES - overhead));
    const peer = await RawPeer.open(served);
    peer.say(OFFER, MAIL, longest, END);
    expect((await peer.replies(2)).at(-1)).toBe("CONTINUE");
    peer.say(MAIL, header("X", "v".repeat(MAX_PACKET_BYTES - overhead + 1)));
    expect(await peer.toEnd()).toEqual([]);
    expect(served.reports).toMatchObject([{ violation: "packet-too-long" }]);
    await expectGoodTransaction(served);
  });

  it("beyond a bound of the message is not kept, and the message is answered", async () => {
    const { filter, last } = keeper();
    const served = await serve(filter, "unix", { limits: { maxHeaderBytes: 500_000 } });
    const mta = await served.client();
    const headers = Array.from({ length: 20 }, (_, n): HeaderField => [
      `X-${n}`,
      "v".repeat(50_000),
    ]);
    const { reply } = await mta.playMessage({ ...GOOD_MESSAGE, headers });
    expect(reply).toEqual({ kind: "continue" });
    expect(last().headers.map(([name]) => name)).toEqual(headers.slice(0, 9).map(([name]) => name));
    await mta.quit();
    await expectGoodTransaction(served);
  });
});
