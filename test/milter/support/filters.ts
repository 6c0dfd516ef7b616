import type { Decision, Filter, Session } from "../../../milter/filter.ts";
import type { EventName, Events } from "../../../milter/wire/commands.ts";

/** What a filter heard, one line per callback. */
export type Log = string[];

type AnyEvent = Events[EventName];

const DESCRIPTIONS: { readonly [N in EventName]: (event: Events[N]) => string } = {
  connect: (event) => [event.hostname, event.family, event.address, event.port].join(" "),
  helo: (event) => event.hostname,
  mail: (event) => [event.sender, ...event.arguments].join(" "),
  rcpt: (event) => [event.recipient, ...event.arguments].join(" "),
  data: () => "",
  header: (event) => `${event.name}: ${event.value}`,
  endOfHeaders: () => "",
  body: (event) => `${event.chunk.length} bytes`,
  unknown: (event) => event.command,
};

function describeEvent(event: AnyEvent): string {
  const describe = DESCRIPTIONS[event.kind] as (event: AnyEvent) => string;
  return `${event.kind} ${describe(event)}`.trimEnd();
}

const MACROS = ["i", "j", "client_port", "tls_version", "auth_type"];

function describeMacros(session: Session): string {
  const known = MACROS.flatMap((name) => {
    const value = session.macro(name);
    return value === undefined ? [] : [`${name}=${value}`];
  });
  return ["endOfMessage", ...known].join(" ");
}

/** Hears everything and changes nothing; its log tells what it heard, with the macros at the end of each message. */
export function recorder(log: Log): Filter<number> {
  const watch = (_: number, event: AnyEvent) => void log.push(describeEvent(event));
  let opened = 0;
  return {
    open: () => {
      opened += 1;
      log.push(`open ${opened}`);
      return opened;
    },
    observe: {
      connect: watch,
      helo: watch,
      mail: watch,
      rcpt: watch,
      data: watch,
      header: watch,
      endOfHeaders: watch,
      body: watch,
      unknown: watch,
    },
    endOfMessage: (_, session) => {
      log.push(describeMacros(session));
      return { decision: { kind: "continue" } };
    },
    abort: (state) => void log.push(`abort ${state}`),
    close: (state) => void log.push(`close ${state}`),
  };
}

/** Deletes every X-Test that came in and puts its own on top: what a header-adding milter does. */
export function stamper(log: Log): Filter<null> {
  return {
    open: () => null,
    actions: ["add-headers", "change-headers"],
    macros: { connect: ["j", "{client_port}"] },
    observe: { connect: (_, event) => void log.push(describeEvent(event)) },
    endOfMessage: (_, session) => ({
      edits: [
        {
          kind: "insert-header",
          index: 0,
          name: "X-Test",
          value: `found=${session.headerCount("x-test")}`,
        },
        { kind: "delete-headers", name: "X-Test" },
      ],
      decision: { kind: "accept" },
    }),
    abort: () => void log.push("abort"),
  };
}

const BY_WORD = new Map<string, Decision>([
  ["accept", { kind: "accept" }],
  ["reject", { kind: "reject" }],
  ["tempfail", { kind: "tempfail" }],
  ["discard", { kind: "discard" }],
  ["shutdown", { kind: "shutdown" }],
  ["skip", { kind: "skip" }],
  ["reply", { kind: "reply", code: 550, enhanced: "5.7.1", text: ["no", "100% no"] }],
]);

/** Decides every event by the first word in it that names a decision, and continues without one. */
export function obedient(log: Log): Filter<null> {
  const decide = (_: null, event: AnyEvent): Decision => {
    const text = describeEvent(event);
    log.push(text);
    const content = event.kind === "body" ? Buffer.from(event.chunk).toString() : text;
    const word = content.split(/\W+/).find((candidate) => BY_WORD.has(candidate));
    return (word !== undefined && BY_WORD.get(word)) || { kind: "continue" };
  };
  return {
    open: () => null,
    decide: {
      connect: decide,
      helo: decide,
      mail: decide,
      rcpt: decide,
      data: decide,
      header: decide,
      endOfHeaders: decide,
      body: decide,
      unknown: decide,
    },
    endOfMessage: () => {
      log.push("endOfMessage");
      return { decision: { kind: "accept" } };
    },
    abort: () => void log.push("abort"),
    close: () => void log.push("close"),
  };
}
