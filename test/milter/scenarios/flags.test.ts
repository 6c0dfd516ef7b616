/** Every flag that an MTA may offer, alone and with all others: exactly the replies that it then waits for. */
import { describe, expect, it } from "vitest";

import { EVENT_FLAGS, POSTFIX_OFFER, PROTOCOL } from "../../../milter/wire/codes.ts";
import { encodeCommand } from "../../../milter/wire/command-encoding.ts";
import type { EventName } from "../../../milter/wire/commands.ts";
import { EVENT_NAMES } from "../../../milter/wishes.ts";
import { type Log, obedient, recorder, stamper } from "../support/filters.ts";
import {
  body,
  END,
  EVENTS_IN_ORDER,
  expectGoodTransaction,
  GOOD_MESSAGE,
  header,
  MAIL,
  packet,
  QUIT,
  RawPeer,
} from "../support/raw-peer.ts";
import { serve, type Served } from "../support/served.ts";

type Transport = "tcp" | "unix";

interface Row {
  readonly filter: string;
  readonly start: (transport: Transport) => Promise<Served>;
  readonly decides: boolean;
  readonly hearsBody: boolean;
}

const ROWS: readonly Row[] = [
  {
    filter: "watches everything",
    start: (transport) => serve(recorder([]), transport),
    decides: false,
    hearsBody: true,
  },
  {
    filter: "wants headers only",
    start: (transport) => serve(stamper([]), transport),
    decides: false,
    hearsBody: false,
  },
  {
    filter: "decides everything",
    start: (transport) => serve(obedient([]), transport),
    decides: true,
    hearsBody: true,
  },
];

const EVENTS = [["unknown", packet("U", "FROB\0")] as const, ...EVENTS_IN_ORDER];

const FINAL = /^(CONTINUE|ACCEPT)$/;

/** Bits by name: every flag of an event alone, the others alone, all of a kind, and all. */
const OFFERS: Readonly<Record<string, number>> = {
  nothing: 0,
  ...Object.fromEntries(EVENT_NAMES.map((name) => [`NR for ${name}`, EVENT_FLAGS[name].noReply])),
  ...Object.fromEntries(EVENT_NAMES.map((name) => [`NO for ${name}`, EVENT_FLAGS[name].no])),
  ...PROTOCOL,
  "all NR": EVENT_NAMES.reduce((bits, name) => bits | EVENT_FLAGS[name].noReply, 0),
  "all NO": EVENT_NAMES.reduce((bits, name) => bits | EVENT_FLAGS[name].no, 0),
  everything: 0x3fffffff,
};

/** Says a whole message in one write, as far as it is wanted, and takes everything up to the close. */
async function play(served: Served, protocol: number) {
  const peer = await RawPeer.open(served);
  peer.say(encodeCommand({ kind: "negotiate", offer: { ...POSTFIX_OFFER, protocol } }));
  const [agreed = ""] = await peer.replies(1);
  const flags = parseInt(agreed.split(" ")[3] ?? "", 16);
  const wanted = EVENTS.filter(([name]) => (flags & EVENT_FLAGS[name as EventName].no) === 0);
  peer.say(...wanted.map(([, bytes]) => bytes), END, QUIT);
  const replies = await peer.toEnd();
  const owed = wanted
    .map(([name]) => name as EventName)
    .filter((name) => (flags & EVENT_FLAGS[name].noReply) === 0);
  await expectGoodTransaction(served);
  expect(served.reports).toEqual([]);
  return { flags, owed, events: replies.slice(0, owed.length), end: replies.slice(owed.length) };
}

const CASES = ROWS.flatMap((row) =>
  (["tcp", "unix"] as const).map((transport) => ({ ...row, transport })),
);

describe.each(CASES)("scenario 15: over $transport, a filter that $filter", (row) => {
  const { transport, start, decides, hearsBody } = row;

  it("answers what is owed, whatever flag is offered", async () => {
    const served = await start(transport);
    for (const [offer, offered] of Object.entries(OFFERS)) {
      const { flags, owed, events, end } = await play(served, offered);
      expect([offer, flags & ~offered]).toEqual([offer, 0]);
      // A body that nobody wants, and that the MTA cannot leave out, is cut short by the first chunk's answer.
      const canCutShort = !hearsBody && (flags & PROTOCOL.skip) !== 0;
      const answerTo = (name: EventName) => (name === "body" && canCutShort ? "SKIP" : "CONTINUE");
      expect([offer, ...events]).toEqual([offer, ...owed.map(answerTo)]);
      expect([offer, ...end.filter((line) => FINAL.test(line))]).toHaveLength(2);
      expect([offer, end.at(-1)]).toEqual([offer, expect.stringMatching(FINAL)]);
    }
  });

  it("asks for all no-reply flags it can use, and over TCP for nothing that delays DATA", async () => {
    const { flags } = await play(await start(transport), POSTFIX_OFFER.protocol);
    const { data } = EVENT_FLAGS;
    if (transport === "tcp") expect(flags & (data.no | data.noReply)).toBe(0);
    const answered = EVENT_NAMES.filter((name) => {
      const { no, noReply } = EVENT_FLAGS[name];
      return (flags & (no | noReply)) === 0;
    });
    const needed = transport === "tcp" ? ["data"] : [];
    expect(answered).toEqual(decides ? EVENT_NAMES : needed);
  });
});

describe.each(["tcp", "unix"] as const)("scenario 15: skip over %s", (transport) => {
  it("ends the headers, and the body, of this message", async () => {
    const log: Log = [];
    const served = await serve(obedient(log), transport);
    const mta = await served.client();
    const headers = [
      ["A", "skip"],
      ["B", "v"],
    ] as const;
    const message = { ...GOOD_MESSAGE, headers, body: "skip ".repeat(40_000) };
    for (let round = 1; round <= 2; round += 1) {
      expect((await mta.playMessage(message)).reply).toEqual({ kind: "accept" });
      const content = log.splice(0).filter((line) => /^(header|body)/.test(line));
      expect(content).toEqual(["header A: skip", "body 65535 bytes"]);
    }
    await mta.quit();
    await expectGoodTransaction(served);
  });

  it("is a continue where the MTA does not know it", async () => {
    const served = await serve(obedient([]), transport);
    const peer = await RawPeer.negotiated(
      served,
      encodeCommand({ kind: "negotiate", offer: { ...POSTFIX_OFFER, protocol: 0 } }),
    );
    peer.say(MAIL, header("A", "skip"), header("B", "v"), body("skip"), END);
    expect(await peer.replies(5)).toEqual([
      ...Array.from({ length: 4 }, () => "CONTINUE"),
      "ACCEPT",
    ]);
    await peer.leave("end");
    await expectGoodTransaction(served);
  });
});
