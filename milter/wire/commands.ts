import { COMMAND, FAMILY, type Family } from "./codes.ts";
import { decodeOffer, type Offer } from "./negotiation.ts";
import type { Packet } from "./packet-splitter.ts";
import { PayloadReader } from "./payload-reader.ts";
import { MilterProtocolError } from "./protocol-error.ts";

/** An SMTP client came. */
export interface ConnectEvent {
  readonly kind: "connect";
  /** The verified name, or `[address]`, or `unknown`. */
  readonly hostname: string;
  readonly family: Family;
  /** As the MTA wrote it, not checked: the IP address without an `IPv6:` prefix, the path of a unix socket, or "". */
  readonly address: string;
  /** 0 where there is none. */
  readonly port: number;
}

/** HELO or EHLO; comes again after STARTTLS, and may come in the middle of a message, which it ends. */
export interface HeloEvent {
  readonly kind: "helo";
  readonly hostname: string;
}

/** MAIL FROM: a message begins. */
export interface MailEvent {
  readonly kind: "mail";
  /** With angle brackets over SMTP, without them from sendmail(1); the null sender is `<>` or "". */
  readonly sender: string;
  /** ESMTP arguments, such as `SIZE=100`. */
  readonly arguments: readonly string[];
}

/** RCPT TO. */
export interface RcptEvent {
  readonly kind: "rcpt";
  readonly recipient: string;
  readonly arguments: readonly string[];
}

export interface DataEvent {
  readonly kind: "data";
}

export interface HeaderEvent {
  readonly kind: "header";
  /** One character per byte. */
  readonly name: string;
  /** Decoded as UTF-8; folds are LF and white space, without CR. */
  readonly value: string;
  /** The bytes of the value, valid during the callback only. */
  readonly rawValue: Uint8Array;
}

export interface EndOfHeadersEvent {
  readonly kind: "endOfHeaders";
}

export interface BodyEvent {
  readonly kind: "body";
  /**
   * The next bytes of the body, lines end in CRLF; valid during the callback only, and until it settles. One who decides
   * gets them as the MTA cut them (Postfix: 65,535 bytes each), one who only watches as they come in.
   */
  readonly chunk: Uint8Array;
}

/** An SMTP command that the MTA does not know. Postfix before 3.10 gives the verb alone. */
export interface UnknownEvent {
  readonly kind: "unknown";
  readonly command: string;
}

/** The events that a filter may watch or decide. */
export interface Events {
  readonly connect: ConnectEvent;
  readonly helo: HeloEvent;
  readonly mail: MailEvent;
  readonly rcpt: RcptEvent;
  readonly data: DataEvent;
  readonly header: HeaderEvent;
  readonly endOfHeaders: EndOfHeadersEvent;
  readonly body: BodyEvent;
  readonly unknown: UnknownEvent;
}

export type EventName = keyof Events;

/** Everything an MTA can say. */
export type Command =
  | Events[EventName]
  | { readonly kind: "negotiate"; readonly offer: Offer }
  /** `of` is the code of the command that the macros belong to, `definitions` name NUL value NUL …, a character per byte. */
  | { readonly kind: "macros"; readonly of: number; readonly definitions: string }
  /** Postfix sends the body before it; libmilter also takes a last chunk with it. */
  | { readonly kind: "endOfMessage"; readonly chunk: Buffer }
  | { readonly kind: "abort" }
  | { readonly kind: "quit" }
  | { readonly kind: "quitNewConnection" };

type Decoder = (payload: Buffer) => Command;

const FAMILIES = new Map<number, Family>([
  [FAMILY.inet, "inet"],
  [FAMILY.inet6, "inet6"],
  [FAMILY.unix, "unix"],
]);

function decodeConnect(payload: Buffer): ConnectEvent {
  const reader = new PayloadReader(payload, "CONNECT");
  const hostname = reader.text();
  const family = FAMILIES.get(reader.byte("family")) ?? "unknown";
  if (family === "unknown") return { kind: "connect", hostname, family, address: "", port: 0 };
  const port = reader.uint16("port");
  const address = reader.text().replace(/^IPv6:/i, "");
  return { kind: "connect", hostname, family, address, port };
}

function decodeHeader(payload: Buffer): HeaderEvent {
  const reader = new PayloadReader(payload, "HEADER");
  const name = reader.text("latin1");
  const rawValue = reader.bytes();
  return { kind: "header", name, value: rawValue.toString(), rawValue };
}

function decodeMacros(payload: Buffer): Command {
  const of = payload[0] ?? 0;
  return { kind: "macros", of, definitions: payload.toString("latin1", 1) };
}

function decodeMail(payload: Buffer): MailEvent {
  const reader = new PayloadReader(payload, "MAIL");
  return { kind: "mail", sender: reader.text(), arguments: reader.texts() };
}

function decodeRcpt(payload: Buffer): RcptEvent {
  const reader = new PayloadReader(payload, "RCPT");
  return { kind: "rcpt", recipient: reader.text(), arguments: reader.texts() };
}

const DECODERS: Readonly<Partial<Record<number, Decoder>>> = {
  [COMMAND.negotiate]: (payload) => ({ kind: "negotiate", offer: decodeOffer(payload) }),
  [COMMAND.macros]: decodeMacros,
  [COMMAND.connect]: decodeConnect,
  [COMMAND.helo]: (payload) => ({
    kind: "helo",
    hostname: new PayloadReader(payload, "HELO").text(),
  }),
  [COMMAND.mail]: decodeMail,
  [COMMAND.rcpt]: decodeRcpt,
  [COMMAND.data]: () => ({ kind: "data" }),
  [COMMAND.header]: decodeHeader,
  [COMMAND.endOfHeaders]: () => ({ kind: "endOfHeaders" }),
  [COMMAND.body]: (payload) => ({ kind: "body", chunk: payload }),
  [COMMAND.endOfMessage]: (payload) => ({ kind: "endOfMessage", chunk: payload }),
  [COMMAND.unknown]: (payload) => ({
    kind: "unknown",
    command: new PayloadReader(payload, "UNKNOWN").text(),
  }),
  [COMMAND.abort]: () => ({ kind: "abort" }),
  [COMMAND.quit]: () => ({ kind: "quit" }),
  [COMMAND.quitNewConnection]: () => ({ kind: "quitNewConnection" }),
};

/**
 * What the MTA says with this packet. Lenient where sense can be made of it (a missing NUL, surplus bytes, an empty
 * string); throws MilterProtocolError where none can: an unknown command, a field that is cut off.
 */
export function decodeCommand(packet: Packet): Command {
  const decode = DECODERS[packet.code];
  if (decode === undefined) {
    throw new MilterProtocolError("unknown-command", `0x${packet.code.toString(16)}`);
  }
  return decode(packet.payload);
}
