/** Events whose fields are missing, cut off, odd or many: what can be understood is handed on, the rest closes. */
import { describe, expect, it } from "vitest";

import type { Filter } from "../../../milter/filter.ts";
import { type Log, recorder } from "../support/filters.ts";
import {
  ABORT,
  CONNECT,
  END,
  expectGoodTransaction,
  MAIL,
  OFFER,
  packet,
  QUIT,
  QUIT_NC,
  RawPeer,
} from "../support/raw-peer.ts";
import { serve } from "../support/served.ts";

/** What a recorder hears of these packets behind a negotiation, its own bookkeeping left out. */
async function heard(...packets: readonly Buffer[]): Promise<string[]> {
  const log: Log = [];
  const served = await serve(recorder(log), "unix");
  const peer = await RawPeer.open(served);
  peer.say(OFFER, ...packets, QUIT);
  await peer.closed;
  const lines = log.splice(0).filter((line) => !/^(open|close|abort) \d/.test(line));
  const violations = served.reports.map((report) =>
    report.kind === "protocol-violation" ? `closed: ${report.violation}` : report.kind,
  );
  await expectGoodTransaction(served);
  return [...lines, ...violations];
}

const CONNECTS: readonly (readonly [name: string, payload: string, heard: string])[] = [
  ["empty", "", "closed: payload-too-short"],
  ["without family", "host\0", "closed: payload-too-short"],
  ["without NUL", "host", "closed: payload-too-short"],
  ["of family U", "host\0U", "connect host unknown  0"],
  ["of family U with an address", "host\0U\0\x19192.0.2.7\0", "connect host unknown  0"],
  ["of family L", "host\0L\0\0/run/mail.sock\0", "connect host unix /run/mail.sock 0"],
  ["of a family that there is not", "host\0X\0\x19192.0.2.7\0", "connect host unknown  0"],
  ["without port", "host\x004", "closed: payload-too-short"],
  ["with half a port", "host\x004\0", "closed: payload-too-short"],
  ["without address", "host\x004\0\x19", "connect host inet  25"],
  ["with a bad address", "host\x004\0\x19no-address\0", "connect host inet no-address 25"],
  ["with an address without NUL", "host\x004\0\x19192.0.2.7", "connect host inet 192.0.2.7 25"],
  [
    "with Sendmail's prefix",
    "host\x006\0\x19IPv6:2001:db8::1\0",
    "connect host inet6 2001:db8::1 25",
  ],
  ["without prefix", "host\x006\0\x192001:db8::1\0", "connect host inet6 2001:db8::1 25"],
  [
    "of a host in brackets",
    "[192.0.2.7]\x004\0\x19192.0.2.7\0",
    "connect [192.0.2.7] inet 192.0.2.7 25",
  ],
  ["with port 65535", "host\x004\xff\xff192.0.2.7\0", "connect host inet 192.0.2.7 65535"],
  ["with surplus bytes", "host\x004\0\x19192.0.2.7\0more\0", "connect host inet 192.0.2.7 25"],
  ["of an 8-bit host", "h\xff\x004\0\x19192.0.2.7\0", "connect h\ufffd inet 192.0.2.7 25"],
];

describe("scenario 4: a CONNECT", () => {
  it.each(CONNECTS)("%s", async (_, payload, line) => {
    expect(await heard(packet("C", payload))).toEqual([line]);
  });
});

const UTF8_ADDRESS = Buffer.from("<用户@bücher.example>\0").toString("latin1");

const ADDRESSES: readonly (readonly [name: string, payload: string, text: string])[] = [
  ["empty", "", ""],
  ["an empty string", "\0", ""],
  ["without NUL", "<a@example.net>", "<a@example.net>"],
  ["without angle brackets", "a@example.net\0", "a@example.net"],
  ["the null sender", "<>\0", "<>"],
  ["a quoted local part", '<"a b@c"@example.net>\0', '<"a b@c"@example.net>'],
  ["in UTF-8", UTF8_ADDRESS, "<用户@bücher.example>"],
  ["not in UTF-8", "<\xff@example.net>\0", "<\ufffd@example.net>"],
  ["one argument", "<a@b>\0SIZE=100\0", "<a@b> SIZE=100"],
  ["an argument without NUL", "<a@b>\0SIZE=100", "<a@b> SIZE=100"],
  ["64 KiB long", `<${"a".repeat(65_536)}>\0`, `<${"a".repeat(65_536)}>`],
];

describe("scenario 5: a HELO, a MAIL and a RCPT", () => {
  it.each(ADDRESSES)("%s", async (_, payload, text) => {
    const lines = (verb: string) => [`${verb} ${text}`.trimEnd()];
    const greeting = `helo ${text.split(" SIZE=")[0] ?? ""}`.trimEnd();
    expect(await heard(packet("H", payload))).toEqual([greeting]);
    expect(await heard(packet("M", payload))).toEqual(lines("mail"));
    const [mail, ...rest] = await heard(MAIL, packet("R", payload));
    expect([mail, ...rest]).toEqual(["mail <a@example.net>", ...lines("rcpt")]);
  });

  it("2,000 recipients, each of them heard", async () => {
    const recipients = Array.from({ length: 2_000 }, (_, n) => `<r${n}@example.com>`);
    const packets = recipients.map((recipient) => packet("R", `${recipient}\0`));
    const lines = await heard(MAIL, ...packets, END);
    expect(lines.slice(1, -1)).toEqual(recipients.map((recipient) => `rcpt ${recipient}`));
  });

  it("1,000 ESMTP arguments", async () => {
    const names = Array.from({ length: 1_000 }, (_, n) => `X-${n}=v`);
    const payload = `<a@b>\0${names.map((name) => `${name}\0`).join("")}`;
    expect(await heard(packet("M", payload))).toEqual([`mail <a@b> ${names.join(" ")}`]);
  });
});

/** Tells the values of these macros at the end of each message. */
function macroTeller(told: Map<string, string | undefined>[], names: readonly string[]) {
  const filter: Filter<null> = {
    open: () => null,
    observe: { connect: () => undefined, rcpt: () => undefined },
    endOfMessage: (_, session) => {
      told.push(new Map(names.map((name) => [name, session.macro(name)])));
      return { decision: { kind: "continue" } };
    },
  };
  return filter;
}

/** The macros at the end of each message in what a peer says. */
async function macrosAfter(names: readonly string[], ...packets: readonly Buffer[]) {
  const told: Map<string, string | undefined>[] = [];
  const served = await serve(macroTeller(told, names), "tcp");
  const peer = await RawPeer.open(served);
  peer.say(OFFER, ...packets, QUIT);
  await peer.closed;
  expect(served.reports).toEqual([]);
  const values = told.splice(0).map((macros) => names.map((name) => macros.get(name)));
  await expectGoodTransaction(served);
  return values;
}

type Values = readonly (readonly [name: string, value: string | undefined])[];

const MACROS: readonly (readonly [name: string, payload: string, expected: Values])[] = [
  ["an empty packet", "", [["i", undefined]]],
  ["no definition", "C", [["i", undefined]]],
  [
    "an odd number of strings",
    "Ci\0v\0j\0",
    [
      ["i", "v"],
      ["j", ""],
    ],
  ],
  ["no NUL at the end", "Ci\0v", [["i", "v"]]],
  ["a name alone", "Cj", [["j", ""]]],
  ["an unknown stage", "Zi\0v\0", [["i", undefined]]],
  ["stage 0", "\0i\0v\0", [["i", undefined]]],
  [
    "an empty value",
    "C{auth_authen}\0\0i\0v\0",
    [
      ["auth_authen", ""],
      ["i", "v"],
    ],
  ],
  [
    "an empty name",
    "C\0v\0",
    [
      ["", "v"],
      ["i", undefined],
    ],
  ],
  [
    "names of every object",
    "C__proto__\0x\0{constructor}\0y\0",
    [
      ["__proto__", "x"],
      ["constructor", "y"],
      ["toString", undefined],
    ],
  ],
  ["8-bit values", "C{auth_authen}\0\xff\xfe\0", [["auth_authen", "\ufffd\ufffd"]]],
  ["UTF-8 values", "C{auth_authen}\0\xc3\xbc\0", [["{auth_authen}", "ü"]]],
  [
    "a name with braces",
    "C{x}\0v\0",
    [
      ["x", "v"],
      ["{x}", "v"],
    ],
  ],
  [
    "a name without braces",
    "Cx\0v\0",
    [
      ["x", "v"],
      ["{x}", "v"],
    ],
  ],
  ["more than the bound", `Ci\0${"v".repeat(70_000)}\0`, [["i", undefined]]],
];

describe("scenario 6: macros", () => {
  it.each(MACROS)("%s", async (_, payload, expected) => {
    const names = expected.map(([name]) => name);
    const [values] = await macrosAfter(names, packet("D", payload), CONNECT, MAIL, END);
    expect(values).toEqual(expected.map(([, value]) => value));
  });

  it("those of the first message are gone in the second, those of the connection are not", async () => {
    const first = [
      packet("D", "Cj\0mx\0"),
      CONNECT,
      packet("D", "H{tls_version}\0TLSv1.3\0"),
      packet("D", "M{auth_type}\0PLAIN\0"),
      MAIL,
      packet("D", "R{rcpt_host}\0example.com\0"),
      packet("R", "<b@example.com>\0"),
      packet("D", "Ei\x004ABC\0"),
      END,
    ];
    const names = ["j", "tls_version", "auth_type", "rcpt_host", "i"];
    const second = [ABORT, ABORT, packet("D", "M"), MAIL, packet("D", "E"), END];
    expect(await macrosAfter(names, ...first, ...second)).toEqual([
      ["mx", "TLSv1.3", "PLAIN", "example.com", "4ABC"],
      ["mx", "TLSv1.3", undefined, undefined, undefined],
    ]);
    const next = [QUIT_NC, CONNECT, MAIL, END];
    const values = await macrosAfter(names, ...first, ...next);
    expect(values[1]).toEqual(names.map(() => undefined));
  });
});
