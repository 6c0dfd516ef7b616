import { COMMAND, type MacroStage } from "./wire/codes.ts";
import { encodeCommand } from "./wire/command-encoding.ts";
import type { EventName } from "./wire/commands.ts";
import type { MacroLists } from "./wire/negotiation.ts";

/** The macro lists of an unchanged main.cf, the same in Postfix 3.7 to 3.11 (src/global/mail_params.h). */
export const POSTFIX_MACROS = {
  connect: ["j", "{daemon_name}", "{daemon_addr}", "v", "_"],
  helo: ["{tls_version}", "{cipher}", "{cipher_bits}", "{cert_subject}", "{cert_issuer}"],
  mail: [
    "i",
    "{auth_type}",
    "{auth_authen}",
    "{auth_author}",
    "{mail_addr}",
    "{mail_host}",
    "{mail_mailer}",
  ],
  rcpt: ["i", "{rcpt_addr}", "{rcpt_host}", "{rcpt_mailer}"],
  data: ["i"],
  endOfMessage: ["i"],
  endOfHeaders: ["i"],
} as const satisfies MacroLists;

type MacroPoint = EventName | "endOfMessage";

/** Postfix gives headers the list of the end of headers, and body chunks that of the end of the message. */
const STAGE_OF: Readonly<Record<MacroPoint, MacroStage | undefined>> = {
  connect: "connect",
  helo: "helo",
  mail: "mail",
  rcpt: "rcpt",
  data: "data",
  header: "endOfHeaders",
  endOfHeaders: "endOfHeaders",
  body: "endOfMessage",
  endOfMessage: "endOfMessage",
  unknown: undefined,
};

/** What the MTA knows: name, in the spelling of the lists, to value. */
export type MacroValues = Readonly<Record<string, string>>;

/**
 * The macro packet that precedes an event: those of the stage's list that have a value. `asked` are the lists that
 * the milter set.
 */
export function encodeMacros(point: MacroPoint, values: MacroValues, asked: MacroLists): Buffer {
  const stage = STAGE_OF[point];
  const names = stage === undefined ? [] : (asked[stage] ?? POSTFIX_MACROS[stage]);
  const definitions = names
    .filter((name) => Object.hasOwn(values, name))
    .map((name) => `${name}\0${values[name] ?? ""}\0`)
    .join("");
  const bytes = Buffer.from(definitions).toString("latin1");
  return encodeCommand({ kind: "macros", of: COMMAND[point], definitions: bytes });
}
