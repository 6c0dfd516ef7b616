import type { Action, Filter } from "./filter.ts";
import { ACTION, EVENT_FLAGS, PROTOCOL } from "./wire/codes.ts";
import type { EventName } from "./wire/commands.ts";
import type { Interest, Wishes } from "./wire/negotiation.ts";

/** The SMFIF_* bits of each action. */
export const ACTION_BITS: Readonly<Record<Action, number>> = {
  "add-headers": ACTION.addHeaders,
  "change-headers": ACTION.changeHeaders,
  "change-body": ACTION.changeBody,
  recipients: ACTION.addRecipients | ACTION.deleteRecipients | ACTION.addRecipientsWithArguments,
  "change-sender": ACTION.changeSender,
  quarantine: ACTION.quarantine,
};

export const EVENT_NAMES = Object.keys(EVENT_FLAGS) as readonly EventName[];

/** The shape of a filter that the negotiation follows from, whatever its state. */
export type FilterShape = Pick<
  Filter<never>,
  "actions" | "macros" | "countedHeaders" | "wantsRejectedRecipients" | "observe" | "decide"
>;

/** True when headers must be seen to be counted, though no callback wants them. */
export function countsHeaders(filter: FilterShape): boolean {
  return filter.countedHeaders !== undefined || (filter.actions ?? []).includes("change-headers");
}

/** True when the event goes to a callback. */
export function isHeard(filter: FilterShape, name: EventName): boolean {
  return filter.observe?.[name] !== undefined || filter.decide?.[name] !== undefined;
}

function interestIn(name: EventName, filter: FilterShape, transport: "tcp" | "unix"): Interest {
  if (filter.decide?.[name] !== undefined) return "decide";
  // Over TCP the reply to DATA is what keeps Nagle's algorithm at Postfix from waiting for our delayed ACK: smtpd(8)
  // flushes there and cleanup(8) writes next. Without it each message costs 40 ms.
  if (name === "data" && transport === "tcp") return "decide";
  // MAIL is where a message begins, whether the filter cares or not.
  if (name === "mail" || isHeard(filter, name)) return "watch";
  return name === "header" && countsHeaders(filter) ? "watch" : "none";
}

/** What to ask of the MTA so that this filter gets what it listens to, and nothing else. */
export function wishesOf(filter: FilterShape, transport: "tcp" | "unix"): Wishes {
  const interests = EVENT_NAMES.map((name) => [name, interestIn(name, filter, transport)]);
  const wantsBody = isHeard(filter, "body");
  return {
    actions: (filter.actions ?? []).reduce((bits, action) => bits | ACTION_BITS[action], 0),
    events: Object.fromEntries(interests) as Wishes["events"],
    protocol:
      PROTOCOL.skip |
      (filter.wantsRejectedRecipients === true ? PROTOCOL.rejectedRecipients : 0) |
      (wantsBody ? PROTOCOL.chunks1M : 0),
    macros: filter.macros ?? {},
  };
}
