import { readdirSync, readFileSync } from "node:fs";

import { COMMAND, FAMILY, type Family } from "../../../milter/wire/codes.ts";
import type { Command, EventName } from "../../../milter/wire/commands.ts";
import { decodeAgreement } from "../../../milter/wire/negotiation.ts";
import type { Packet } from "../../../milter/wire/packet-splitter.ts";
import { decodeReply, type Reply } from "../../../milter/wire/replies.ts";

/** One thing that the MTA says, and all that comes of it. */
export interface Exchange {
  readonly line: number;
  readonly command: Command;
  /** What the filter hears (`!`) and what the milter answers (`<`), each in order. */
  readonly heard: readonly string[];
  readonly replies: readonly string[];
}

export interface Conversation {
  readonly name: string;
  /** Settings at the top of the file: `filter` and `transport`. */
  readonly settings: ReadonlyMap<string, string>;
  readonly exchanges: readonly Exchange[];
}

const FOLDER = new URL("../../fixtures/conversations/", import.meta.url);

function unescape(text: string): string {
  return text.replace(/\\([rnt0\\])/g, (_, letter: string) => {
    return { r: "\r", n: "\n", t: "\t", "0": "\0", "\\": "\\" }[letter] ?? letter;
  });
}

/** Control characters as a conversation writes them. */
export function escapeText(text: string): string {
  return text.replaceAll("\r", "\\r").replaceAll("\n", "\\n").replaceAll("\t", "\\t");
}

function words(text: string): string[] {
  return text === "" ? [] : text.split(" ");
}

function parseHeader(rest: string): Command {
  const [, name = "", value = ""] = /^([^:]*): ?(.*)$/s.exec(unescape(rest)) ?? [];
  return { kind: "header", name, value, rawValue: Buffer.from(value) };
}

function parseMacros(rest: string): Command {
  const [event = "", ...macros] = words(rest);
  const definitions = macros.map((macro) => {
    const [name = "", value = ""] = macro.split("=");
    return `${name}\0${value}\0`;
  });
  const of = COMMAND[event as EventName];
  return { kind: "macros", of, definitions: definitions.join("") };
}

const COMMANDS: Readonly<Record<string, (rest: string) => Command>> = {
  OPTNEG: (rest) => {
    const [version = 0, actions = 0, protocol = 0] = words(rest).map((word) => parseInt(word, 16));
    return { kind: "negotiate", offer: { version, actions, protocol } };
  },
  MACRO: parseMacros,
  CONNECT: (rest) => {
    const [hostname = "", family = "unknown", address = "", port = "0"] = words(rest);
    if (!(family in FAMILY)) throw new Error(`no family: ${family}`);
    const known = family as Family;
    return { kind: "connect", hostname, family: known, address, port: Number(port) };
  },
  HELO: (hostname) => ({ kind: "helo", hostname }),
  MAIL: (rest) => {
    const [sender = "", ...others] = words(rest);
    return { kind: "mail", sender, arguments: others };
  },
  RCPT: (rest) => {
    const [recipient = "", ...others] = words(rest);
    return { kind: "rcpt", recipient, arguments: others };
  },
  DATA: () => ({ kind: "data" }),
  HEADER: parseHeader,
  EOH: () => ({ kind: "endOfHeaders" }),
  BODY: (rest) => ({ kind: "body", chunk: Buffer.from(unescape(rest)) }),
  EOM: (rest) => ({ kind: "endOfMessage", chunk: Buffer.from(unescape(rest)) }),
  UNKNOWN: (command) => ({ kind: "unknown", command }),
  ABORT: () => ({ kind: "abort" }),
  QUIT: () => ({ kind: "quit" }),
  QUIT_NC: () => ({ kind: "quitNewConnection" }),
};

function parseCommand(text: string): Command {
  const [, verb = "", rest = ""] = /^(\S+) ?(.*)$/.exec(text) ?? [];
  const parse = COMMANDS[verb];
  if (parse === undefined) throw new Error(`no command: ${text}`);
  return parse(rest);
}

interface Draft {
  readonly settings: Map<string, string>;
  readonly exchanges: { line: number; command: Command; heard: string[]; replies: string[] }[];
}

/** False for a line that cannot stand where it does. */
function readLine(draft: Draft, line: string, number: number): boolean {
  const [, mark = "", rest = ""] = /^([><!#]|\w+:) ?(.*)$/.exec(line) ?? [];
  const { settings, exchanges } = draft;
  const current = exchanges.at(-1);
  if (line === "" || mark === "#") return true;
  if (mark === ">") {
    exchanges.push({ line: number, command: parseCommand(rest), heard: [], replies: [] });
    return true;
  }
  if (current === undefined) {
    settings.set(mark.slice(0, -1), rest);
    return mark.endsWith(":");
  }
  if (mark === "!") current.heard.push(rest);
  if (mark === "<") current.replies.push(rest);
  return mark === "!" || mark === "<";
}

/** Reads a conversation; a line that is none of the known kinds is an error with its number. */
export function parseConversation(name: string, text: string): Conversation {
  const draft: Draft = { settings: new Map(), exchanges: [] };
  for (const [index, line] of text.split("\n").entries()) {
    const isRead = readLine(draft, line, index + 1);
    if (!isRead) throw new Error(`${name}:${index + 1}: cannot read "${line}"`);
  }
  return { name, ...draft };
}

export function readConversations(): Conversation[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".txt"))
    .map((file) => parseConversation(file, readFileSync(new URL(file, FOLDER), "utf8")));
}

function writeAgreement(payload: Buffer): string {
  const most = { version: 0xff, actions: 0xffffffff, protocol: 0xffffffff };
  const { version, actions, protocol, macros } = decodeAgreement(payload, most);
  const lists = Object.entries(macros).map(([stage, names]) => `| ${stage}: ${names.join(" ")}`);
  return [`OPTNEG ${version} ${actions.toString(16)} ${protocol.toString(16)}`, ...lists].join(" ");
}

type Writers = {
  readonly [K in Reply["kind"]]: (reply: Extract<Reply, { kind: K }>) => string;
};

const WRITERS: Writers = {
  continue: () => "CONTINUE",
  accept: () => "ACCEPT",
  reject: () => "REJECT",
  tempfail: () => "TEMPFAIL",
  discard: () => "DISCARD",
  skip: () => "SKIP",
  shutdown: () => "SHUTDOWN",
  "connection-failure": () => "CONN_FAIL",
  progress: () => "PROGRESS",
  "reply-code": ({ text }) => `REPLYCODE ${text}`,
  "add-header": ({ name, value }) => `ADDHEADER ${name}: ${value}`,
  "insert-header": ({ index, name, value }) => `INSHEADER ${index} ${name}: ${value}`,
  "change-header": ({ index, name, value }) => `CHGHEADER ${index} ${name}: ${value}`,
  "add-recipient": (reply) => ["ADDRCPT", reply.recipient, reply.arguments ?? ""].join(" "),
  "delete-recipient": ({ recipient }) => `DELRCPT ${recipient}`,
  "change-sender": (reply) => ["CHGFROM", reply.sender, reply.arguments ?? ""].join(" "),
  "replace-body": ({ chunk }) => `REPLBODY ${chunk.toString()}`,
  quarantine: ({ reason }) => `QUARANTINE ${reason}`,
};

/** A reply as a line of a conversation. */
export function writeReply(packet: Packet): string {
  if (packet.code === COMMAND.negotiate) return writeAgreement(packet.payload);
  const reply = decodeReply(packet);
  const write = WRITERS[reply.kind] as (reply: Reply) => string;
  return escapeText(write(reply)).trimEnd();
}
