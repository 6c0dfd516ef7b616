/** A value of a log field; undefined fields are left out. */
export type LogValue = string | number | boolean | undefined;
export type LogFields = Readonly<Record<string, LogValue>>;

/** Syslog severities that we use, for the `<N>` prefix that systemd's journal reads (sd-daemon(3)). */
const SEVERITY = { error: 3, warn: 4, info: 6 } as const;
export type LogLevel = keyof typeof SEVERITY;

export interface LogOptions {
  readonly format: "text" | "json";
  /** Put `<severity>` before each line, as journald understands it. */
  readonly severityPrefix: boolean;
  readonly write: (line: string) => void;
  readonly now: () => Date;
}

/** Longest line: syslog daemons cut or split longer ones. */
const MAX_LINE_CHARACTERS = 1000;

/** What nearly every value is: printable ASCII without blanks, quotes, equals signs and commas. */
const PLAIN_WORD = /^[!#-+\--<>-~]*$/;

/** A value from outside as one printable word: no control characters, quoted when it has blanks. */
function printable(value: string | number | boolean): string {
  if (typeof value !== "string" || PLAIN_WORD.test(value)) return String(value);
  // eslint-disable-next-line no-control-regex -- control characters are what must not reach a log
  const text = value.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, "?");
  return /[\s"=,]/.test(text) ? JSON.stringify(text) : text;
}

function isSet(entry: [string, LogValue]): entry is [string, string | number | boolean] {
  return entry[1] !== undefined;
}

/** Writes events with fields, one line each, to stderr in the daemon and to a list in tests. */
export class Log {
  readonly #options: LogOptions;

  constructor(options: LogOptions) {
    this.#options = options;
  }

  info(event: string, fields: LogFields = {}): void {
    this.#line("info", event, fields);
  }

  warn(event: string, fields: LogFields = {}): void {
    this.#line("warn", event, fields);
  }

  error(event: string, fields: LogFields = {}): void {
    this.#line("error", event, fields);
  }

  /** The one line of a mail, queue id first as Postfix does it: `4BENCH01: client=…, verdict=Yes, …`. */
  mail(queueId: string, fields: LogFields): void {
    if (this.#options.format === "json") {
      this.#line("info", "mail", { queue_id: queueId, ...fields });
      return;
    }
    const pairs = Object.entries(fields).filter(isSet);
    const text = pairs.map(([key, value]) => `${key}=${printable(value)}`).join(", ");
    this.#write("info", `${printable(queueId)}: ${text}`);
  }

  #line(level: LogLevel, event: string, fields: LogFields): void {
    const set = Object.entries(fields).filter(isSet);
    if (this.#options.format === "json") {
      const time = this.#options.now().toISOString();
      this.#write(level, JSON.stringify({ time, level, event, ...Object.fromEntries(set) }));
      return;
    }
    const pairs = set.map(([key, value]) => ` ${key}=${printable(value)}`).join("");
    this.#write(level, `${level === "info" ? "" : `${level}: `}event=${event}${pairs}`);
  }

  #write(level: LogLevel, line: string): void {
    const prefix = this.#options.severityPrefix ? `<${SEVERITY[level]}>` : "";
    const cut = this.#options.format === "text" ? line.slice(0, MAX_LINE_CHARACTERS) : line;
    this.#options.write(`${prefix}${cut}\n`);
  }
}
