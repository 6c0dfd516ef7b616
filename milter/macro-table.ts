import { COMMAND } from "./wire/codes.ts";

interface Definitions {
  /** The code of the command that the macros belong to. */
  readonly of: number;
  /** name NUL value NUL …, one character per byte: compact, and compared at the speed of strings. */
  readonly text: string;
  parsed: ReadonlyMap<string, string> | undefined;
}

/** Latest first: where two stages define a macro, the later one wins. */
const MESSAGE_STAGES = [
  COMMAND.endOfMessage,
  COMMAND.body,
  COMMAND.endOfHeaders,
  COMMAND.header,
  COMMAND.data,
  COMMAND.rcpt,
  COMMAND.mail,
] as const;
const LOOKUP_ORDER = [COMMAND.unknown, ...MESSAGE_STAGES, COMMAND.helo, COMMAND.connect] as const;
const KNOWN_STAGES: ReadonlySet<number> = new Set(LOOKUP_ORDER);

/** `i` and `{i}` are one macro. */
function bareName(name: string): string {
  return name.startsWith("{") && name.endsWith("}") ? name.slice(1, -1) : name;
}

/** A name without a value, at the end of an odd list, is defined as empty. */
function parse(text: string): ReadonlyMap<string, string> {
  const macros = new Map<string, string>();
  const fields = text.split("\0");
  if (fields.at(-1) === "") fields.pop();
  for (let index = 0; index < fields.length; index += 2) {
    const value = Buffer.from(fields[index + 1] ?? "", "latin1").toString();
    macros.set(bareName(fields[index] ?? ""), value);
  }
  return macros;
}

/**
 * The macros of one connection, by the command they belong to. A macro packet precedes its event: it stays pending
 * until that event has done its work of ending the message before, so that it is not forgotten with it. Postfix sends
 * one before each header and chunk, nearly always the same one; so they are parsed when somebody asks.
 */
export class MacroTable {
  readonly #maxBytes: number;
  readonly #stages = new Map<number, Definitions>();
  #pending: Definitions | undefined;

  /** `maxBytes` bounds the definitions of one stage; longer ones are dropped. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes a macro packet. One that is too long, or for an unknown command, is dropped. */
  record(of: number, text: string): void {
    this.commit();
    if (text.length > this.#maxBytes || !KNOWN_STAGES.has(of)) return;
    const known = this.#stages.get(of);
    this.#pending = known?.text === text ? known : { of, text, parsed: undefined };
  }

  /** The event that the pending macros belong to is here, or was not sent. */
  commit(): void {
    if (this.#pending === undefined) return;
    this.#stages.set(this.#pending.of, this.#pending);
    this.#pending = undefined;
  }

  forgetMessage(): void {
    for (const stage of MESSAGE_STAGES) this.#stages.delete(stage);
  }

  forgetConnection(): void {
    this.#stages.clear();
  }

  get(name: string): string | undefined {
    const bare = bareName(name);
    for (const stage of LOOKUP_ORDER) {
      const definitions = this.#stages.get(stage);
      if (definitions === undefined) continue;
      definitions.parsed ??= parse(definitions.text);
      const value = definitions.parsed.get(bare);
      if (value !== undefined) return value;
    }
    return undefined;
  }
}
