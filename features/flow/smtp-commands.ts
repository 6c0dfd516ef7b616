/** Commands after which the client waits, because the reply says what its next bytes are. */
export type Awaited = "data" | "starttls" | "auth";

/** A command as far as its reply matters; `restart` stands for those that end a transaction that was begun. */
export type SmtpCommand =
  | { readonly kind: Awaited | "mail" | "recipient" | "restart" | "other" | "unknown" }
  /** `octets` of content follow the line (RFC 3030 §2). */
  | { readonly kind: "chunk"; readonly octets: number; readonly isLast: boolean };

type PlainKind = Exclude<SmtpCommand["kind"], "chunk">;

const KINDS: ReadonlyMap<string, PlainKind> = new Map<string, PlainKind>([
  ["HELO", "restart"],
  ["EHLO", "restart"],
  ["LHLO", "restart"],
  ["RSET", "restart"],
  ["MAIL", "mail"],
  ["RCPT", "recipient"],
  ["DATA", "data"],
  ["STARTTLS", "starttls"],
  ["AUTH", "auth"],
  ["BDAT", "other"],
  ["NOOP", "other"],
  ["QUIT", "other"],
  ["VRFY", "other"],
  ["EXPN", "other"],
  ["HELP", "other"],
  ["ETRN", "other"],
  ["XCLIENT", "other"],
  ["XFORWARD", "other"],
]);

const BDAT = /^BDAT +(\d{1,15})( +LAST)? *$/i;

/** Reads a command line without its CRLF. A BDAT that is not well-formed has no content. */
export function smtpCommand(line: string): SmtpCommand {
  const chunk = BDAT.exec(line);
  if (chunk !== null) {
    return { kind: "chunk", octets: Number(chunk[1]), isLast: chunk[2] !== undefined };
  }
  const verb = /^[a-z]+/i.exec(line)?.[0].toUpperCase() ?? "";
  return { kind: KINDS.get(verb) ?? "unknown" };
}

/** Whether the client waits for the reply before it sends more. */
export function isAwaited(kind: SmtpCommand["kind"]): kind is Awaited {
  return kind === "data" || kind === "starttls" || kind === "auth";
}

/** Reply classes by the first digit: RFC 5321 §4.2.1. */
export function isPositive(code: number): boolean {
  return code >= 200 && code < 300;
}

export function isIntermediate(code: number): boolean {
  return code >= 300 && code < 400;
}

/** Whether the command was refused, not what it asked for: the class x0z, syntax, of RFC 5321 §4.2.1. */
export function isCommandRefused(code: number): boolean {
  return code >= 400 && Math.floor(code / 10) % 10 === 0;
}
