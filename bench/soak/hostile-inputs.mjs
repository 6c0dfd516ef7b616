import { setImmediate as turn } from "node:timers/promises";

import {
  ABORT,
  CONNECT,
  DATA,
  END,
  END_OF_HEADERS,
  header,
  HELO,
  mail,
  offer,
  packet,
  QUIT,
  RCPT,
} from "./packets.mjs";
import { GOOD_SENDER, playEvents, quit } from "./session.mjs";

const MAIL = mail(GOOD_SENDER);
const MEBIBYTE = 1_048_576;

/** Says this, then that no more comes. */
function says(name, ...parts) {
  return {
    name,
    play: async ({ peer }) => {
      peer.say(...parts);
      peer.leave("fin");
      await peer.closed;
    },
  };
}

/** The same without a negotiation. */
function stranger(name, ...parts) {
  return { ...says(name, ...parts), isStranger: true };
}

const UNUSUAL_BYTES = Buffer.from(Array.from({ length: 4_096 }, (_, n) => (n * 151 + 89) & 0xff));
const TLS_HELLO = Buffer.from("\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03", "latin1");

const LENGTHS = [
  stranger("length 0 first", Buffer.alloc(4)),
  says("length 0", Buffer.alloc(4)),
  says("length 2^32 - 1", Buffer.from("\xff\xff\xff\xffB", "latin1"), Buffer.alloc(1_000)),
  says("length 2^31 - 1", Buffer.from("\x7f\xff\xff\xffB", "latin1")),
  says("64 MiB announced", Buffer.from("\x04\0\0\0B"), Buffer.alloc(1_000)),
  says("1 MiB announced", Buffer.from("\0\x10\0\0B"), Buffer.alloc(1_000)),
  says("half a length", Buffer.from("\0\0")),
  says("half a packet", MAIL, Buffer.from("\0\0\0\x20Labc")),
];

const STRANGERS = [
  stranger("nothing"),
  stranger("HTTP", Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n")),
  stranger("SMTP", Buffer.from("EHLO client.example.net\r\n")),
  stranger("TLS", TLS_HELLO, UNUSUAL_BYTES),
  stranger("any bytes", UNUSUAL_BYTES),
  stranger("CONNECT first", CONNECT),
  stranger("half a negotiation", offer().subarray(0, 9)),
];

const NEGOTIATIONS = [
  ...[0, 4, 8].map((bytes) =>
    stranger(`OPTNEG of ${bytes}`, packet("O", "\0\0\0\x06".repeat(bytes / 4))),
  ),
  stranger("OPTNEG of 16", packet("O", "\0\0\0\x06".repeat(4)), MAIL, END),
  ...[0, 1, 2, 3, 4, 5, 7, 0xffffffff].map((version) =>
    stranger(`version ${version}`, offer(version), MAIL, END, QUIT),
  ),
  stranger("no flags", offer(6, 0, 0), CONNECT, HELO, MAIL, RCPT, DATA, END, QUIT),
  stranger("all bits", offer(6, 0xffffffff, 0xffffffff), MAIL, END, QUIT),
  stranger("OPTNEG twice", offer(), offer()),
];

const COMMANDS = ["Z", "\0", "\xff"].map((letter) =>
  says(`command ${letter.charCodeAt(0)}`, MAIL, packet(letter, "x".repeat(100))),
);

const CONNECTS = [
  "",
  "host",
  "host\0",
  "host\0X",
  "host\0U",
  "host\0L\0\0/run/mail.sock\0",
  "host\x004",
  "host\x004\0\x19",
  "host\x004\0\x19no-address\0",
  "host\x006\0\x19IPv6:2001:db8::1\0",
  "host\x004\0\x19192.0.2.7",
  "[192.0.2.7]\x004\0\x19192.0.2.7\0surplus\0",
].map((payload) => says(`CONNECT ${JSON.stringify(payload)}`, packet("C", payload), MAIL, END));

const TEXTS = ["", "\0", "<a@b>", "<a@b>\0\0\0", `${"<".repeat(70_000)}\0`, "\xff\xfe\0"];

const EVENTS = TEXTS.flatMap((text, n) => [
  says(`HELO ${n}`, CONNECT, packet("H", text), MAIL, END),
  says(`MAIL ${n}`, CONNECT, packet("M", text), RCPT, END),
  says(`RCPT ${n}`, CONNECT, MAIL, packet("R", text), END),
  says(`header ${n}`, CONNECT, MAIL, packet("L", text), END),
  says(`unknown ${n}`, packet("U", text)),
]);

const HEADERS = ["Name\0", "Name", "a\0b\0c\0"].map((text) =>
  says(`header ${JSON.stringify(text)}`, MAIL, packet("L", text), END_OF_HEADERS, END),
);

const MACROS = [
  "",
  "C",
  "Cj",
  "Ci\0v\0j\0",
  "Zj\0v\0",
  "\0",
  "C{auth_authen}\0\xff\xfe\0",
  "C__proto__\0x\0{constructor}\0y\0{toString}\0z\0",
  `C{x}\0${"v".repeat(100_000)}\0`,
].map((payload, n) => says(`macros ${n}`, packet("D", payload), CONNECT, MAIL, END));

const ORDERS = [
  says("a body first", packet("B", "hello")),
  says("the end first", END),
  says("RCPT first", CONNECT, RCPT),
  says("ABORT first", ABORT, CONNECT),
  says("QUIT_NC, CONNECT", CONNECT, packet("K"), CONNECT),
  says("QUIT twice", QUIT, QUIT),
  says("MAIL twice", CONNECT, MAIL, MAIL),
  says("HELO amid a message", CONNECT, HELO, MAIL, HELO),
  says("ABORT twice", CONNECT, MAIL, END, ABORT, ABORT),
  says("DATA twice", MAIL, DATA, DATA, END),
  says("a header behind the body", MAIL, packet("B", "x"), header("A", "b"), END),
  says("a body with the end", MAIL, packet("E", "x".repeat(1_000))),
];

const SLOWLY = {
  name: "byte by byte",
  play: async ({ peer }) => {
    const bytes = Buffer.concat([CONNECT, HELO, MAIL, END, QUIT]);
    for (const byte of bytes) {
      peer.say(Buffer.from([byte]));
      await turn();
    }
    await peer.closed;
  },
};

const STEPS = [
  CONNECT,
  HELO,
  MAIL,
  RCPT,
  DATA,
  header("A", "b"),
  END_OF_HEADERS,
  packet("B", "x"),
  END,
];

const RESETS = STEPS.map((_, last) => ({
  name: `reset behind event ${last}`,
  play: async ({ peer }) => {
    peer.say(...STEPS.slice(0, last + 1));
    peer.leave("reset");
    await peer.closed;
  },
}));

/** What is large or odd, but mail: it must pass. */
function legal(name, ...events) {
  return {
    name,
    play: async (session) => {
      const answer = await playEvents(session, [MAIL, RCPT, DATA, ...events]);
      await quit(session);
      return answer === "c" ? undefined : `answered ${answer}`;
    },
  };
}

const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString("latin1");
const CHUNK = packet("B", "x".repeat(65_535));

const LEGAL = [
  legal("no headers, no body"),
  legal("5,000 headers", ...Array.from({ length: 5_000 }, (_, n) => header(`X-${n}`, "v"))),
  legal("a header of 1 MB", header("X-Large", "v".repeat(MEBIBYTE - 100))),
  legal("2,000 recipients", ...Array.from({ length: 2_000 }, () => RCPT)),
  legal(
    "8-bit header and body",
    header("Subject", "\xff\xfe\xe4"),
    packet("B", EVERY_BYTE.repeat(40)),
  ),
  legal("a body of 10 MB", ...Array.from({ length: 160 }, () => CHUNK)),
];

/** Everything hostile, odd or large that one connection can bring; `play` resolves to what was wrong, if anything. */
export const HOSTILE_INPUTS = [
  ...LENGTHS,
  ...STRANGERS,
  ...NEGOTIATIONS,
  ...COMMANDS,
  ...CONNECTS,
  ...EVENTS,
  ...HEADERS,
  ...MACROS,
  ...ORDERS,
  SLOWLY,
  ...RESETS,
  ...LEGAL,
];
