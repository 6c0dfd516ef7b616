import { COMMAND, FAMILY } from "./codes.ts";
import type { Command, ConnectEvent, HeaderEvent } from "./commands.ts";
import { encodePacket, type Field } from "./packet-encoding.ts";

type Encoders = {
  readonly [K in Command["kind"]]: (
    command: Extract<Command, { kind: K }>,
  ) => readonly [code: number, ...fields: Field[]];
};

const NUL = Buffer.alloc(1);

function connectFields({ hostname, family, address, port }: ConnectEvent): readonly Field[] {
  if (family === "unknown") return [hostname, Buffer.from([FAMILY.unknown])];
  return [hostname, Buffer.from([FAMILY[family], port >> 8, port & 0xff]), address];
}

function headerFields({ name, rawValue }: HeaderEvent): readonly Field[] {
  return [Buffer.from(name, "latin1"), NUL, Buffer.from(rawValue), NUL];
}

const ENCODERS: Encoders = {
  negotiate: ({ offer }) => [COMMAND.negotiate, offer.version, offer.actions, offer.protocol],
  macros: ({ of, definitions }) => [
    COMMAND.macros,
    Buffer.from([of]),
    Buffer.from(definitions, "latin1"),
  ],
  connect: (event) => [COMMAND.connect, ...connectFields(event)],
  helo: ({ hostname }) => [COMMAND.helo, hostname],
  mail: (event) => [COMMAND.mail, event.sender, ...event.arguments],
  rcpt: (event) => [COMMAND.rcpt, event.recipient, ...event.arguments],
  data: () => [COMMAND.data],
  header: (event) => [COMMAND.header, ...headerFields(event)],
  endOfHeaders: () => [COMMAND.endOfHeaders],
  body: ({ chunk }) => [COMMAND.body, Buffer.from(chunk)],
  endOfMessage: ({ chunk }) => [COMMAND.endOfMessage, chunk],
  unknown: ({ command }) => [COMMAND.unknown, command],
  abort: () => [COMMAND.abort],
  quit: () => [COMMAND.quit],
  quitNewConnection: () => [COMMAND.quitNewConnection],
};

type Encoder = (command: Command) => readonly [code: number, ...fields: Field[]];

/** The packet that says this, as Postfix writes it; decodeCommand reads it back. */
export function encodeCommand(command: Command): Buffer {
  const encode = ENCODERS[command.kind] as Encoder;
  return encodePacket(...encode(command));
}
